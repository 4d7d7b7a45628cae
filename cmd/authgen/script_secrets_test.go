package main

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/internal/canary"
)

// saidFile names, in the environment of a script, the file that keeps what authgen said.
const saidFile = "AUTHGEN_SAID"

// alsoSaid is out, and what a script searches for secrets when it ends. The demo says whom to
// log in as.
func alsoSaid(out io.Writer) io.Writer {
	if slices.Contains(os.Args, "demo") {
		return out
	}
	said, err := os.OpenFile(os.Getenv(saidFile), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil { // no script runs it
		return out
	}
	return io.MultiWriter(out, said)
}

// noteRequest takes the secrets of a request and of its answer for canaries: SECURITY LOG-02.
func (w *world) noteRequest(r *http.Request, body string, answer *http.Response, content []byte) {
	var keys []string
	for name := range r.Header {
		if strings.Contains(name, "Key") {
			keys = append(keys, name)
		}
	}
	w.secrets.AddHeader(r.Header, keys...)
	w.secrets.AddQuery(r.URL.RawQuery)
	w.secrets.AddBody(r.Header.Get("Content-Type"), []byte(body))
	w.secrets.AddAnswer(answer.Header, content)
}

// searchEverything is an error if anything that the script leaves behind tells a secret of it:
// what authgen said and wrote, and the log of a server that still runs.
func (w *world) searchEverything(dir string) error {
	projects, err := canary.Note(&w.secrets, dir)
	if err != nil {
		return err
	}
	if w.server != nil {
		if err := canary.SearchText(&w.secrets, "the log of the server", w.server.log.String()); err != nil {
			return err
		}
	}
	said, err := os.ReadFile(filepath.Join(dir, ".tmp", "said"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := canary.SearchText(&w.secrets, "what authgen said", string(said)); err != nil {
		return err
	}
	for _, project := range projects {
		if err := canary.Search(&w.secrets, project); err != nil {
			return err
		}
	}
	return nil
}

// SECURITY LOG-02: what is searched when a script ends, and what may keep a secret.
func TestLOG02_AScriptThatTellsASecretFails(t *testing.T) {
	const secret = "a-secret-of-this-script"
	for name, fails := range map[string]bool{
		".tmp/said": true, "app/internal/auth/config.go": true, "app/.env.example": true, "app/README.md": true,
		"app/.env": false, "app/keys/a.pem": false, "app/app.db-wal": false, "script.txt": false,
	} {
		dir := t.TempDir()
		for file, text := range map[string]string{"app/authgen.lock": "", name: "SECRET=" + secret} {
			file = filepath.Join(dir, filepath.FromSlash(file))
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		w := new(world)
		w.secrets.Add("secret", secret)
		if err := w.searchEverything(dir); (err != nil) != fails {
			t.Errorf("%s: %v", name, err)
		} else if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error tells it: %v", name, err)
		}
	}
	w := &world{server: new(server)}
	w.secrets.Add("secret", secret)
	if _, err := w.server.log.Write([]byte("token=" + secret)); err != nil {
		t.Fatal(err)
	}
	if err := w.searchEverything(t.TempDir()); err == nil {
		t.Error("a server may log it")
	}
}

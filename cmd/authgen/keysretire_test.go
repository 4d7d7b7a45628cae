package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

// typeKeys runs "authgen keys" with args at a moment, and returns the status and what
// was printed.
func typeKeys(at time.Time, args ...string) (status int, stdout, stderr string) {
	var out, problems bytes.Buffer
	p := &program{stdin: strings.NewReader(""), stdout: &out, stderr: &problems, now: func() time.Time { return at }}
	status = p.run(append([]string{"keys"}, args...))
	return status, out.String(), problems.String()
}

// writeKey makes a key in a file, named by its operator or, if name is "", by the moment
// it signs from, and returns its kid.
func writeKey(t *testing.T, dir, name string, from time.Time) string {
	t.Helper()
	k, err := makeKey(token.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	if name == "" {
		name = token.SigningName(k.Key, from)
	}
	if err := os.WriteFile(filepath.Join(dir, name), k.pem, 0o600); err != nil {
		t.Fatal(err)
	}
	return k.ID()
}

// Of two own keys nobody could say which one signs in the place of the one that goes.
func TestRetireLeavesAFolderInWhichAKeySigns(t *testing.T) {
	at := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	for what, c := range map[string]struct {
		own    []string
		before bool // another key signed before
		goes   bool
	}{
		"alone":                   {nil, false, false},
		"one own":                 {[]string{"a.pem"}, false, true},
		"two own":                 {[]string{"a.pem", "b.pem"}, false, false},
		"one before":              {nil, true, true},
		"one before, and two own": {[]string{"a.pem", "b.pem"}, true, true},
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range c.own {
				writeKey(t, dir, name, time.Time{})
			}
			if c.before {
				writeKey(t, dir, "", at.Add(-2*time.Minute))
			}
			signs := writeKey(t, dir, "", at.Add(-time.Minute))

			status, out, problem := typeKeys(at, "retire", "--kid", signs, "--force", dir)
			if (status == exitDone) != c.goes || (out != "") != c.goes {
				t.Fatalf("status %d, %s%s", status, out, problem)
			}
			folder := token.Folder{Dir: dir, Algorithm: token.EdDSA, TokenLife: time.Hour}
			set, err := folder.Keys(at)
			if err != nil {
				t.Fatalf("no server would start: %v", err)
			}
			if (set.Find(signs) == nil) != c.goes {
				t.Errorf("the key that was to go: gone %v, want %v", set.Find(signs) == nil, c.goes)
			}
		})
	}
}

// A key that waits may be told to sign at once; until when that is too early for some is
// what its name said.
func TestRotateNowSaysUntilWhenAKeyIsNotKnown(t *testing.T) {
	at := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	dir := t.TempDir()
	writeKey(t, dir, "", at.Add(-time.Hour))
	waits := writeKey(t, dir, "", at.Add(7*time.Minute))

	status, out, problem := typeKeys(at, "rotate", "--now", dir)
	if status != exitDone || !strings.Contains(out, waits+".pem signs from now on") {
		t.Fatalf("status %d, %s%s", status, out, problem)
	}
	if !strings.Contains(problem, "warning: until 2026-01-02T03:11:05Z,") {
		t.Errorf("the warning: %s", problem)
	}
}

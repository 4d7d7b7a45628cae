package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

const renewRate = 5 // renewals of the token a second

// rotateKeysUnderLoad rotates the signing keys of the server at URL while it and the
// verifier at URL2 are sent requests with tokens of it, old ones and new ones, for as
// long as it takes until tokens are signed with the new key and the old one has left
// the set. None may be refused:
//
//	rotatekeys FOLDER REFRESH_TOKEN
//
// FOLDER holds the project whose keys are rotated. What was counted goes to stdout.
func rotateKeysUnderLoad(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: rotatekeys FOLDER REFRESH_TOKEN")
	}
	l := &tokenLoad{
		targets: []string{ts.Getenv("URL") + "/api/me", ts.Getenv("URL2") + "/auth/me"},
		issuer:  ts.Getenv("URL"), refresh: args[1],
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: loadWorkers + 1}},
	}
	ts.Check(l.renew())
	before := l.kid()
	stop := l.start()
	time.Sleep(loadPhase)

	cmd := exec.Command("authgen", "keys", "rotate")
	cmd.Dir = ts.MkAbs(args[0])
	cmd.Env = append(cmd.Environ(), "NOW="+time.Now().UTC().Format(time.RFC3339))
	if out, err := cmd.CombinedOutput(); err != nil {
		ts.Fatalf("rotate: %v\n%s", err, out)
	}
	err := l.until(func() bool { return l.kid() != before })
	if err == nil {
		err = l.until(func() bool { return !l.publishes(before) })
	}
	time.Sleep(loadPhase)
	stop()
	ts.Check(err)
	if n := l.refused.Load(); n > 0 {
		ts.Fatalf("%d of %d requests were refused, the first: %v", n, l.sent.Load(), l.first.Load())
	}
	if l.sent.Load() < loadRate {
		ts.Fatalf("%d requests prove nothing", l.sent.Load())
	}
	fmt.Fprintf(ts.Stdout(), "%d requests, none refused\n", l.sent.Load())
}

// A tokenLoad is requests with access tokens at a steady rate.
type tokenLoad struct {
	targets []string
	issuer  string
	refresh string
	client  *http.Client

	access        atomic.Pointer[string]
	sent, refused atomic.Int64
	first         atomic.Pointer[string]
}

// start sends requests, and renews the token several times a second, until it is told
// to stop.
func (l *tokenLoad) start() (stop func()) {
	stopAsking := steadily(loadRate, loadWorkers, func(n int) { l.ask(l.targets[n%len(l.targets)]) })
	stopRenewing := steadily(renewRate, 1, func(int) {
		if err := l.renew(); err != nil {
			l.refuse(err.Error())
		}
	})
	return func() {
		stopRenewing()
		stopAsking()
	}
}

func (l *tokenLoad) ask(url string) {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		l.refuse(err.Error())
		return
	}
	r.Header.Set("Authorization", "Bearer "+*l.access.Load())
	answer, err := l.client.Do(r)
	l.sent.Add(1)
	if err != nil {
		l.refuse(err.Error())
		return
	}
	defer answer.Body.Close()
	content, _ := io.ReadAll(answer.Body) // what it says only matters in a refusal
	if answer.StatusCode != http.StatusOK {
		l.refuse(fmt.Sprintf("%s: %d %s", url, answer.StatusCode, content))
	}
}

func (l *tokenLoad) refuse(why string) {
	l.refused.Add(1)
	l.first.CompareAndSwap(nil, &why)
}

// renew gets the next pair of tokens. One caller at a time.
func (l *tokenLoad) renew() error {
	answer, err := l.client.Post(l.issuer+"/auth/token/refresh", "application/json", strings.NewReader(`{"refresh_token":"`+l.refresh+`"}`))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var pair struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&pair); err != nil || answer.StatusCode != http.StatusOK {
		return fmt.Errorf("refresh: status %d, %v", answer.StatusCode, err)
	}
	l.refresh = pair.Refresh
	l.access.Store(&pair.Access)
	return nil
}

// kid is the name of the key that signed the newest token.
func (l *tokenLoad) kid() string {
	first, _, _ := strings.Cut(*l.access.Load(), ".")
	text, _ := base64.RawURLEncoding.DecodeString(first)
	var header struct{ Kid string }
	_ = json.Unmarshal(text, &header) // a header that says nothing has no kid
	return header.Kid
}

// publishes reports whether a key is in the set.
func (l *tokenLoad) publishes(kid string) bool {
	answer, err := l.client.Get(l.issuer + "/.well-known/jwks.json")
	if err != nil {
		return true
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	return err != nil || strings.Contains(string(content), kid)
}

func (l *tokenLoad) until(done func() bool) error {
	deadline := time.Now().Add(45 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			return fmt.Errorf("the rotation does not come to its end")
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil
}

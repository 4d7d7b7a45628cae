package e2e

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/chrome"
)

const (
	acmePath   = "/auth/oauth/acme"
	acmeButton = `a[href^="` + acmePath + `"]`
)

// newName is what somebody is called at acme, whose address there is of that name.
func newName() string { return strings.ToLower(rand.Text()) }

func addressOf(name string) string { return name + "@example.com" }

// meetsAcme fails the test unless an answer is a page of the provider.
func (v *visitor) meetsAcme(answer chrome.Answer) {
	v.t.Helper()
	if answer.Status != http.StatusOK || !strings.HasPrefix(answer.URL.String(), v.server.acme.Issuer+"/interaction/") {
		v.t.Fatalf("at %s with %d, want the provider", answer.URL, answer.Status)
	}
}

// passesAcme logs in at the provider, whose page is open, and allows the application
// what it asks for. The answer is the application's.
func (v *visitor) passesAcme(name string) chrome.Answer {
	v.t.Helper()
	v.meetsAcme(v.Send("form", map[string]string{"login": name, "password": "any"}))
	return v.Press("button.login-submit")
}

// logInThroughAcme goes to path, which has to show how to log in, and does it at the
// provider, in a browser that the provider does not know.
func (v *visitor) logInThroughAcme(path, name string) chrome.Answer {
	v.t.Helper()
	v.open(path)
	v.meetsAcme(v.Press(acmeButton))
	return v.passesAcme(name)
}

// A trail is the documents that a tab has asked for.
type trail struct {
	mu   sync.Mutex
	urls []string
}

// follow records where the visitor goes from now on.
func (v *visitor) follow() *trail {
	v.t.Helper()
	var tr trail
	v.Visits(func(url string) {
		tr.mu.Lock()
		defer tr.mu.Unlock()
		tr.urls = append(tr.urls, url)
	})
	return &tr
}

// last is the latest of them that begins with prefix.
func (tr *trail) last(t *testing.T, prefix string) *url.URL {
	t.Helper()
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for i := len(tr.urls) - 1; i >= 0; i-- {
		if strings.HasPrefix(tr.urls[i], prefix) {
			found, err := url.Parse(tr.urls[i])
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
	}
	t.Fatalf("nobody went to %s, but to %q", prefix, tr.urls)
	return nil
}

// authorization is the request that began at the provider.
func (tr *trail) authorization(v *visitor) *url.URL {
	v.t.Helper()
	return tr.last(v.t, v.server.acme.Issuer+"/auth?")
}

// callback is the request that came back from it.
func (tr *trail) callback(v *visitor) *url.URL {
	v.t.Helper()
	return tr.last(v.t, v.server.URL+acmePath+"/callback?")
}

// refusedPage fails the test unless an answer is a page that refuses, for people, and
// nobody is signed in by it.
func (v *visitor) refusedPage(answer chrome.Answer, status int) {
	v.t.Helper()
	if answer.Status != status || answer.URL.Path != acmePath+"/callback" {
		v.t.Fatalf("at %s with %d, want the callback with %d", answer.URL, answer.Status, status)
	}
	if !v.Has("main h1") || v.Text("[role=alert]") == "" {
		v.t.Error("the page does not say what is wrong")
	}
}

// hides fails the test if the log of the server has a secret of a login.
func (v *visitor) hides(tr *trail) {
	v.t.Helper()
	log, callback, begun := v.server.Log(), tr.callback(v).Query(), tr.authorization(v).Query()
	for what, secret := range map[string]string{
		"the code": callback.Get("code"), "the state": callback.Get("state"), "the nonce": begun.Get("nonce"),
		"the secret of the client": v.server.acme.Secret(),
	} {
		if secret == "" || strings.Contains(log, secret) {
			v.t.Errorf("%s, %q, is in the log", what, secret)
		}
	}
}

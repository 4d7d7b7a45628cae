package stores

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/caller"
)

// A machine gets tokens for itself.
type machine struct {
	*caller.Caller
	id, secret string
}

// client makes a machine that the server knows.
func (r *rig) client(t *testing.T) *machine {
	t.Helper()
	out, err := r.Admin("client", "create", "--name", "machine", "--scope", "reports:read")
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{Caller: caller.New(&suite.secrets)}
	for line := range strings.Lines(out) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch name {
		case "client_id":
			m.id = value
		case "client_secret":
			m.secret = value
		}
	}
	want(t, http.StatusOK, m.token(r.URL))
	return m
}

// token asks for a token.
func (m *machine) token(at string) caller.Answer {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {m.id}, "client_secret": {m.secret}}
	return m.Ask(http.MethodPost, at+"/oauth/token", caller.Form(form.Encode()))
}

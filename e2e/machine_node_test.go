package e2e

import (
	"net/http"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/authgen-go/authgen/e2e/internal/node"
)

// run has a script of Node.js do something.
func run[Result any](t *testing.T, script string, task any) Result {
	t.Helper()
	result, err := node.Run[Result](t.Context(), filepath.Join("internal", "node", script), task)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// A verified token is what jose made of it.
type verified struct {
	Header struct {
		Type      string `json:"typ"`
		Algorithm string `json:"alg"`
	} `json:"header"`
	Claims struct {
		Subject  string `json:"sub"`
		ClientID string `json:"client_id"`
		Scope    string `json:"scope"`
	} `json:"claims"`
}

// A life is what a machine tells of its own.
type life struct {
	verified
	Metadata struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	} `json:"metadata"`
	Granted struct {
		Type  string `json:"token_type"`
		Scope string `json:"scope"`
	} `json:"granted"`
	Used  int `json:"used"` // how a guarded route answered
	Live  introspection
	Ended introspection
	After int `json:"usedAfter"`
}

type introspection struct {
	Active  bool   `json:"active"`
	Subject string `json:"sub"`
	Scope   string `json:"scope"`
}

// A client that knows the issuer alone finds out where to get tokens, and how, and
// has them introspected and revoked.
//
// SECURITY OAS-05, OAS-06, OAS-07, REV-01.
func TestOAS06_AClientInNodeFindsItsWay(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(*testing.T) *machine{
		"client_secret_basic":    func(t *testing.T) *machine { return newMachine(t, "client_secret_basic") },
		"client_secret_post":     func(t *testing.T) *machine { return newMachine(t, "client_secret_post") },
		"private_key_jwt, ES256": func(t *testing.T) *machine { return newSigner(t, jose.ES256) },
		"private_key_jwt, RS256": func(t *testing.T) *machine { return newSigner(t, jose.RS256) },
		"private_key_jwt, EdDSA": func(t *testing.T) *machine { return newSigner(t, jose.EdDSA) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := begin(t)
			got := run[life](t, "machine.mjs", map[string]any{"issuer": m.server.URL, "client": m, "api": m.server.URL + "/api/reports"})
			if !slices.Contains(got.Metadata.Methods, m.Method) {
				t.Errorf("the metadata has the methods %q", got.Metadata.Methods)
			}
			if got.Granted.Type != "bearer" || got.Granted.Scope != reportsRead {
				t.Errorf("granted is %+v", got.Granted)
			}
			if got.Header.Type != "at+jwt" || got.Claims.Subject != m.ID || got.Claims.ClientID != m.ID || got.Claims.Scope != reportsRead {
				t.Errorf("the token is %+v", got.verified)
			}
			if got.Used != http.StatusOK || got.After != http.StatusUnauthorized {
				t.Errorf("a guarded route answers %d, and %d after the revocation", got.Used, got.After)
			}
			if want := (introspection{true, m.ID, reportsRead}); got.Live != want || got.Ended != (introspection{}) {
				t.Errorf("introspection says %+v, and %+v after the revocation", got.Live, got.Ended)
			}
		})
	}
}

// An end is what a request for a token ended with.
type end struct {
	Status  int      `json:"status"`
	Error   string   `json:"error"`
	Schemes []string `json:"schemes"` // that the server challenges for
}

// refuses has the machine ask for tokens, once for each change to what it signs.
func (m *machine) refuses(task map[string]any) []end {
	m.t.Helper()
	task["issuer"], task["client"] = m.server.URL, m
	return run[[]end](m.t, "refused.mjs", task)
}

// SECURITY OAS-01.
func TestOAS01_AClientInNodeIsChallenged(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"client_secret_basic", "client_secret_post"} {
		m := newMachine(t, method)
		m.Secret += "x"
		for _, end := range m.refuses(map[string]any{}) {
			if end.Status != http.StatusUnauthorized || !slices.Equal(end.Schemes, []string{"basic"}) {
				t.Errorf("%s: a wrong secret is answered %+v", method, end)
			}
		}
	}
}

// SECURITY OAS-04.
func TestOAS04_AClientInNodeGetsNoMoreThanItHas(t *testing.T) {
	t.Parallel()
	for _, end := range newMachine(t, "client_secret_basic").refuses(map[string]any{"scope": "reports:write"}) {
		if end.Status != http.StatusBadRequest || end.Error != "invalid_scope" {
			t.Errorf("the answer is %+v", end)
		}
	}
}

// SECURITY OAS-07.
func TestOAS07_AnAssertionIsGoodOnceAndForThisServer(t *testing.T) {
	t.Parallel()
	m := newSigner(t, jose.ES256)
	changes := []map[string]any{
		{"jti": "the same"},
		{"jti": "the same"},
		{"aud": m.server.URL + "/oauth/token"},
		{"aud": m.server.acme.Issuer},
		{"exp": 4102444800},
		{},
	}
	ends := m.refuses(map[string]any{"changes": changes})
	if len(ends) != len(changes) {
		t.Fatalf("the ends are %+v", ends)
	}
	for i, end := range ends {
		want := http.StatusUnauthorized
		if i == 0 || i == len(ends)-1 {
			want = http.StatusOK
		}
		if end.Status != want {
			t.Errorf("%v: %+v, want %d", changes[i], end, want)
		}
	}
}

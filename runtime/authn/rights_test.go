package authn_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

// SECURITY AUT-03.
func TestAUT03_RightsAreTheUnionOfRoles(t *testing.T) {
	rights := authn.NewRights(map[string][]string{
		"reader": {"reports:read"},
		"writer": {"reports:write", "reports:read"},
		"nobody": {},
	})
	for _, test := range []struct{ roles, want []string }{
		{nil, []string{}},
		{[]string{"nobody"}, []string{}},
		{[]string{"unknown"}, []string{}},
		{[]string{"reader"}, []string{"reports:read"}},
		{[]string{"nobody", "reader"}, []string{"reports:read"}},
		{[]string{"reader", "writer"}, []string{"reports:read", "reports:write"}},
	} {
		got := rights.Of(test.roles)
		if got == nil || !slices.Equal(got, test.want) {
			t.Errorf("%v hold %#v, want %v", test.roles, got, test.want)
		}
	}
	if got := rights.Of([]string{"reader"}); !slices.Equal(got, []string{"reports:read"}) {
		t.Errorf("a union changed the table: %v", got)
	}
}

func TestInsufficientScopeNamesTheScope(t *testing.T) {
	err := authn.InsufficientScope("reports:read")
	if !errors.Is(err, authn.ErrInsufficientScope) || err.Scope != "reports:read" {
		t.Errorf("%+v", err)
	}
}

func TestGuardHandlerHandsTheIdentityOver(t *testing.T) {
	guard := authn.NewGuard[string](&authn.Frame{})
	var got string
	h := guard.Handler(nil, func(w http.ResponseWriter, _ *http.Request, id string) error {
		got = id
		w.WriteHeader(http.StatusNoContent)
		return nil
	})

	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusUnauthorized || got != "" {
		t.Errorf("without a credential: %d, identity %q", w.Code, got)
	}

	w = httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/", nil)
	h.ServeHTTP(w, r.WithContext(authn.WithIdentity(r.Context(), "ann")))
	if w.Code != http.StatusNoContent || got != "ann" {
		t.Errorf("with one: %d, identity %q", w.Code, got)
	}
}

// SECURITY API-05.
func TestAPI05_ARoleIsTheWholeSetOfItsScopes(t *testing.T) {
	rights := authn.NewRights(map[string][]string{
		"admin":  {"reports:read", "reports:write"},
		"member": {"reports:read"},
		"guest":  {},
	})
	all := []string{"admin", "member", "guest", "unknown"}
	for _, test := range []struct{ scopes, want []string }{
		{nil, []string{}},
		{[]string{"reports:write"}, []string{}},
		{[]string{"reports:read"}, []string{"member"}},
		{[]string{"reports:write", "reports:read"}, []string{"admin", "member"}},
	} {
		if got := rights.Covered(all, test.scopes); got == nil || !slices.Equal(got, test.want) {
			t.Errorf("%v make up %#v, want %v", test.scopes, got, test.want)
		}
	}
	if got := rights.Covered([]string{"guest"}, []string{"reports:read"}); len(got) != 0 {
		t.Errorf("roles of others: %v", got)
	}
}

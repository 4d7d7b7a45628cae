package authn_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

func TestGuardHandler(t *testing.T) {
	g, _, _, _ := newGuard()
	allow := func(u *user) error {
		if u.name == "guest" {
			return authn.ErrInsufficientRole
		}
		return nil
	}
	h := g.Handler(allow, func(w http.ResponseWriter, r *http.Request, u *user) error {
		if u.name == "lost" {
			return errors.Join(authn.ErrNotFound)
		}
		fmt.Fprint(w, u.name)
		return nil
	})
	res := do(h, "GET", "/", "Token", "ada")
	wantSecure(t, res.Header, "no-store")
	if got := body(t, res); got != "200 ada" {
		t.Errorf("answer = %q", got)
	}
	wantProblem(t, do(h, "GET", "/"), authn.CodeAuthenticationRequired)
	wantProblem(t, do(h, "GET", "/", "Token", "guest"), authn.CodeInsufficientRole)
	wantProblem(t, do(h, "GET", "/", "Token", "lost"), authn.CodeNotFound)
	if _, err := authn.NewRouter(&authn.Frame{}, []authn.Route{{Method: "GET", Path: "/me", Handler: h}}); err != nil {
		t.Errorf("a router takes it for unguarded: %v", err)
	}
}

package authn_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
)

// SECURITY AUT-04.
func TestAUT04_ReadingWithoutAnIdentity(t *testing.T) {
	if u, ok := authn.IdentityFrom[*user](t.Context()); ok || u != nil {
		t.Errorf("IdentityFrom = %v, %v", u, ok)
	}
	ctx := authn.WithIdentity(t.Context(), &user{"a"})
	if u, ok := authn.IdentityFrom[user](ctx); ok || u != (user{}) {
		t.Errorf("an identity of another type: %v, %v", u, ok)
	}
}

// SECURITY AUT-04.
func TestAUT04_NothingElsePutsAnIdentityIntoAContext(t *testing.T) {
	type identityKey[I any] struct{}
	ctx := context.WithValue(t.Context(), identityKey[*user]{}, &user{"forged"})
	if u, ok := authn.IdentityFrom[*user](ctx); ok {
		t.Errorf("IdentityFrom = %v", u)
	}
}

func TestWithIdentity(t *testing.T) {
	type key struct{}
	parent, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "kept"), time.Hour)
	ctx := authn.WithIdentity(parent, &user{"outer"})
	ctx = authn.WithIdentity(ctx, &user{"inner"})
	child, cancelChild := context.WithCancel(ctx)
	defer cancelChild()
	if u, ok := authn.IdentityFrom[*user](child); !ok || u.name != "inner" {
		t.Errorf("IdentityFrom = %v, %v", u, ok)
	}
	if child.Value(key{}) != "kept" {
		t.Error("the parent's values are gone")
	}
	if _, ok := child.Deadline(); !ok {
		t.Error("the parent's deadline is gone")
	}
	cancel()
	<-child.Done()
}

func TestWithIdentityIsAcceptedByGuards(t *testing.T) {
	g, token, _, _ := newGuard()
	h := g.Require(func(u *user) error {
		if u.name != "a" {
			return errBad
		}
		return nil
	})(whoami)
	for name, want := range map[string]int{"a": 200, "b": 401} {
		r := httptest.NewRequest("GET", "/", nil).WithContext(authn.WithIdentity(t.Context(), &user{name}))
		if got := serve(h, r).StatusCode; got != want {
			t.Errorf("%s: status = %d, want %d", name, got, want)
		}
	}
	if token.calls != 0 {
		t.Errorf("%d calls", token.calls)
	}
}

// SECURITY LOG-02.
func TestLOG02_AContextDoesNotPrintItsIdentity(t *testing.T) {
	ctx := authn.WithIdentity(t.Context(), user{"ada@example.com"})
	for _, text := range []string{fmt.Sprint(ctx), fmt.Sprint(context.WithoutCancel(ctx))} {
		if strings.Contains(text, "ada@") {
			t.Errorf("printed: %s", text)
		}
	}
}

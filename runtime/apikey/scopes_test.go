package apikey_test

import (
	"slices"
	"testing"

	"github.com/authgen-go/authgen/runtime/apikey"
)

func TestAPI05_EffectiveScopes(t *testing.T) {
	for _, c := range []struct{ key, owner, want []scope }{
		{nil, nil, nil},
		{nil, []scope{read, write}, nil}, // a key without scopes has none
		{[]scope{read}, nil, nil},
		{[]scope{read}, []scope{read}, []scope{read}},
		{[]scope{read}, []scope{write}, nil},
		{[]scope{read, write}, []scope{write, read, purge}, []scope{read, write}},
		{[]scope{purge, read, write}, []scope{write, read}, []scope{read, write}},
		{[]scope{read, purge, write}, []scope{purge}, []scope{purge}},
		// AUT-03: as a whole and exactly.
		{[]scope{"reports"}, []scope{"reports:read"}, nil},
		{[]scope{"reports:read"}, []scope{"reports", "Reports:read", "reports:*", "reports:rea"}, nil},
	} {
		key, owner := slices.Clone(c.key), slices.Clone(c.owner)
		if got := apikey.Effective(key, owner); !slices.Equal(got, c.want) {
			t.Errorf("of %q and %q: %q, want %q", c.key, c.owner, got, c.want)
		}
		if !slices.Equal(key, c.key) || !slices.Equal(owner, c.owner) {
			t.Errorf("of %q and %q: an argument was changed", c.key, c.owner)
		}
	}
}

func TestEffectiveAllocatesNothing(t *testing.T) {
	key, owner := []scope{read, write}, []scope{purge, read, write}
	if n := testing.AllocsPerRun(100, func() { apikey.Effective(key, owner) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestScopesAsText(t *testing.T) {
	for _, scopes := range [][]scope{{}, {read}, {read, write}} {
		got := apikey.SplitScopes[scope](apikey.JoinScopes(scopes))
		if !slices.Equal(got, scopes) || got == nil {
			t.Errorf("%q came back as %q", scopes, got)
		}
	}
}

// A demoted owner's keys lose at the next request what the owner lost, and a key
// never has more than it was given.
func TestAPI05_ScopesOfKeyAndOwnerNow(t *testing.T) {
	b := newBench(t)
	_, both := b.issue(b.ada, write, read)
	_, none := b.issue(b.ada)
	for _, step := range []struct {
		roles []role
		want  []scope
	}{
		{[]role{"admin"}, []scope{read, write}}, {[]role{"member"}, []scope{read}}, {nil, nil}, {[]role{"admin", "member"}, []scope{read, write}},
	} {
		b.must(b.users.SetRoles(t.Context(), b.ada.ID, step.roles))
		if got := b.used(both).Scopes; !slices.Equal(got, step.want) {
			t.Errorf("roles %q: scopes %q, want %q", step.roles, got, step.want)
		}
		if got := b.used(none).Scopes; len(got) != 0 {
			t.Errorf("roles %q: a key without scopes has %q", step.roles, got)
		}
	}
}

func TestAPI05_GuardRefusesWhatAKeyLacks(t *testing.T) {
	b := newBench(t)
	_, key := b.issue(b.ada, read, write)
	_, none := b.issue(b.ada)
	needsWrite := b.guarded(write)
	for _, step := range []struct {
		key   string
		roles []role
		want  int
	}{{key, []role{"admin"}, 200}, {key, []role{"member"}, 403}, {none, []role{"admin"}, 403}} {
		b.must(b.users.SetRoles(t.Context(), b.ada.ID, step.roles))
		w := serve(needsWrite, b.request(step.key))
		if w.Code != step.want {
			t.Errorf("roles %q: %d, want %d", step.roles, w.Code, step.want)
		}
		if got := w.Header().Get("WWW-Authenticate"); step.want == 403 && got != `ApiKey realm="auth", error="insufficient_scope", scope="reports:write"` {
			t.Errorf("challenge %q", got)
		}
	}
}

func TestAPI05_OwnerDisabledOrDeleted(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada, read)
	b.must(b.check(key))
	b.audit.Reset()
	b.must(b.users.SetDisabled(t.Context(), b.ada.ID, true))
	b.is("disabled", b.check(key), apikey.ErrInvalidKey)
	b.saw("api_key.refused denied inactive-owner >" + k.ID)
	b.must(b.users.SetDisabled(t.Context(), b.ada.ID, false))
	b.must(b.check(key))
	b.must(b.users.Delete(t.Context(), b.ada.ID))
	b.is("deleted", b.check(key), apikey.ErrInvalidKey)
	b.saw("api_key.refused denied unknown >")
	if list, err := b.List(t.Context(), b.ada.ID); err != nil || len(list) != 0 {
		t.Errorf("%d keys, %v", len(list), err)
	}
}

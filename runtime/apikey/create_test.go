package apikey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
	"github.com/authgen-go/authgen/runtime/authn"
)

func TestCreate(t *testing.T) {
	b := newBench(t)
	k, key, err := b.Create(t.Context(), b.ada.ID, b.ada, newKey{Name: "  nightly export №1 ", Scopes: []scope{write, read, write}, ExpiresIn: 30 * day})
	b.must(err)
	now := start.Truncate(time.Microsecond)
	if k.OwnerID != b.ada.ID || k.Name != "nightly export №1" || !slices.Equal(k.Scopes, []scope{read, write}) ||
		!k.CreatedAt.Equal(now) || !k.ExpiresAt.Equal(now.Add(30*day)) || k.CreatedAt.Location() != time.UTC {
		t.Errorf("made %+v", k)
	}
	if len(k.ID) != 26 || strings.Contains(key, k.ID) || !strings.HasSuffix(key, k.Last4) || len(k.Last4) != 4 {
		t.Errorf("key %s has id %q and last four %q", key, k.ID, k.Last4)
	}
	if k.Retiring() || !k.LastUsedAt.IsZero() || k.LastUsedIP() != "" {
		t.Errorf("a new key is %+v", k)
	}
	b.saw(fmt.Sprintf("api_key.created success  %d>%s", b.ada.ID, k.ID))
	got, u, err := b.Authenticate(b.request(key), nil)
	if err != nil || u.ID != b.ada.ID || got.ID != k.ID || got.Name != k.Name {
		t.Errorf("%+v of user %d, %v", got, u.ID, err)
	}
	if k, _ := b.issue(b.ada); !k.ExpiresAt.Equal(now.Add(90 * day)) {
		t.Errorf("without a life of its own a key lives until %v", k.ExpiresAt)
	}
}

func TestCreateRefuses(t *testing.T) {
	b := newBench(t)
	disabled := b.ada
	disabled.Disabled = true
	gone := user{ID: 7, Roles: []role{"admin"}}
	for name, c := range map[string]struct {
		owner user
		n     newKey
		want  error
		asked int
	}{
		"no name":           {b.ada, newKey{}, apikey.ErrInvalidName, 0},
		"blank":             {b.ada, newKey{Name: " \t\n"}, apikey.ErrInvalidName, 0},
		"long":              {b.ada, newKey{Name: strings.Repeat("é", 101)}, apikey.ErrInvalidName, 0},
		"very long":         {b.ada, newKey{Name: strings.Repeat("a", 1<<20)}, apikey.ErrInvalidName, 0},
		"line feed":         {b.ada, newKey{Name: "a\nb"}, apikey.ErrInvalidName, 0},
		"escape":            {b.ada, newKey{Name: "a\x1b[2J"}, apikey.ErrInvalidName, 0},
		"right to left":     {b.ada, newKey{Name: "a\u202eb"}, apikey.ErrInvalidName, 0},
		"line separator":    {b.ada, newKey{Name: "a\u2028b"}, apikey.ErrInvalidName, 0},
		"not UTF-8":         {b.ada, newKey{Name: "a\xff"}, apikey.ErrInvalidName, 0},
		"unknown scope":     {b.ada, newKey{Name: "k", Scopes: []scope{read, "reports"}}, apikey.ErrUnknownScope, 0},
		"empty scope":       {b.ada, newKey{Name: "k", Scopes: []scope{""}}, apikey.ErrUnknownScope, 0},
		"two in one":        {b.ada, newKey{Name: "k", Scopes: []scope{read + " " + write}}, apikey.ErrUnknownScope, 0},
		"scope of others":   {b.ada, newKey{Name: "k", Scopes: []scope{read, purge}}, authn.ErrInsufficientScope, 0},
		"too long a life":   {b.ada, newKey{Name: "k", ExpiresIn: 90*day + time.Microsecond}, apikey.ErrInvalidLife, 0},
		"too short a life":  {b.ada, newKey{Name: "k", ExpiresIn: time.Second - 1}, apikey.ErrInvalidLife, 0},
		"a negative life":   {b.ada, newKey{Name: "k", ExpiresIn: -time.Hour}, apikey.ErrInvalidLife, 0},
		"disabled owner":    {disabled, newKey{Name: "k"}, apikey.ErrInactiveOwner, 0},
		"owner who is gone": {gone, newKey{Name: "k"}, apikey.ErrInactiveOwner, 1},
		"100 letters":       {b.ada, newKey{Name: strings.Repeat("é", 100)}, nil, 1},
		"the longest life":  {b.ada, newKey{Name: "k", ExpiresIn: 90 * day}, nil, 1},
	} {
		b.store.forget()
		k, key, err := b.Create(t.Context(), c.owner.ID, c.owner, c.n)
		b.is(name, err, c.want)
		if (err == nil) != (key != "") || (err == nil) != (k.ID != "") {
			t.Errorf("%s: key %q of id %q with %v", name, key, k.ID, err)
		}
		if n := len(b.store.calls()); n != c.asked {
			t.Errorf("%s: %d calls of the store, want %d", name, n, c.asked)
		}
	}
	_, _, err := b.Create(t.Context(), b.ada.ID, b.ada, newKey{Name: "third"})
	b.is("over the limit", err, apikey.ErrTooMany)
	b.store.down()
	_, _, err = b.Create(t.Context(), b.ada.ID, b.ada, newKey{Name: "third"})
	b.is("store down", err, errDown)
}

// Events of keys that are not made say why.
func TestLOG01_RefusedCreationIsAudited(t *testing.T) {
	b := newBench(t, func(c *config) { c.MaxActive = 1 })
	make := func(n newKey) { _, _, _ = b.Create(t.Context(), b.ada.ID, b.ada, n) }
	make(newKey{})
	make(newKey{Name: "k", Scopes: []scope{purge}})
	make(newKey{Name: "k", Scopes: []scope{"none"}})
	b.store.down()
	make(newKey{Name: "k"})
	b.store.up()
	make(newKey{Name: "k"})
	make(newKey{Name: "k"})
	events := b.audit.Of("api_key.created")
	b.saw(
		"api_key.created denied invalid-request 1001>",
		"api_key.created denied insufficient-scope 1001>",
		"api_key.created denied invalid-request 1001>",
		"api_key.created failed store-unavailable 1001>",
		"api_key.created success  1001>"+events[4].Target,
		"api_key.created denied too-many-keys 1001>",
	)
}

// The scopes that are missing are named, in one spelling and order.
func TestCreateNamesMissingScopes(t *testing.T) {
	b := newBench(t)
	member := b.user("bob@example.com", "member")
	_, _, err := b.Create(t.Context(), member.ID, member, newKey{Name: "k", Scopes: []scope{write, read, purge, write}})
	p, ok := err.(*authn.Problem)
	if !ok || p.Scope != "reports:purge reports:write" || p.Code.Status() != 403 {
		t.Errorf("%v names %q", err, p.Scope)
	}
}

func TestAPI07_ActiveKeysAreLimited(t *testing.T) {
	b := newBench(t, func(c *config) { c.MaxActive = 5 })
	const width = 100
	errs := make(chan error, width)
	for i := range width {
		go func() {
			_, _, err := b.Create(t.Context(), b.ada.ID, b.ada, newKey{Name: fmt.Sprint("key ", i)})
			errs <- err
		}()
	}
	made := 0
	for range width {
		if err := <-errs; err == nil {
			made++
		} else {
			b.is("creation", err, apikey.ErrTooMany)
		}
	}
	if list, err := b.List(t.Context(), b.ada.ID); err != nil || made != 5 || len(list) != 5 {
		t.Errorf("%d made, %d listed, %v; want 5", made, len(list), err)
	}
	b.issue(b.user("bob@example.com", "member")) // others have their own
	b.clock.advance(90 * day)                    // and what has expired does not count
	b.issue(b.ada)
}

func TestConfigIsChecked(t *testing.T) {
	b := newBench(t)
	good := config{Store: b.store, OwnerScopes: ownerScopes, Limiter: b.limiter, SweepInterval: -1}
	for name, change := range map[string]func(*config){
		"Store":            func(c *config) { c.Store = nil },
		"Limiter":          func(c *config) { c.Limiter = nil },
		"OwnerScopes":      func(c *config) { c.OwnerScopes = nil },
		"Prefix":           func(c *config) { c.Prefix = "sk__live" },
		"a scope":          func(c *config) { c.Scopes = []scope{"a b"} },
		"Header may":       func(c *config) { c.Header = "X API Key" },
		"Header belongs":   func(c *config) { c.Header = "authorization" },
		"MaxActive":        func(c *config) { c.MaxActive = -1 },
		"negative":         func(c *config) { c.MaxAge = -1 },
		"at least":         func(c *config) { c.MaxAge = time.Millisecond },
		"WarnBefore":       func(c *config) { c.WarnBefore = 91 * day },
		"RotationOverlap":  func(c *config) { c.RotationOverlap = 91 * day },
		"MaxStaleness":     func(c *config) { c.MaxStaleness = 6 * time.Minute },
		"rate":             func(c *config) { c.RateLimit.Count = -1 },
		"the count is les": func(c *config) { c.FailureLimit.Per = time.Minute },
	} {
		c := good
		change(&c)
		if _, err := apikey.New(c); err == nil || !strings.HasPrefix(err.Error(), "configure API keys: ") || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s, err := apikey.New(good)
	b.must(err)
	b.must(s.Close(t.Context()))
	short := good
	short.MaxAge = 7 * day // what has a default yields to it
	s, err = apikey.New(short)
	b.must(err)
	b.must(s.Close(t.Context()))
}

package session_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/session"
)

// SECURITY SES-01.
func TestSES01_TokensAndIdsAreRandom(t *testing.T) {
	b := newBench(t)
	b.store.storage = nothing{b.store.storage} // what is stored does not matter here
	tokens, ids := make(map[string]bool), make(map[string]bool)
	var ones [256]int
	const n = 100_000
	for range n {
		s, token, err := b.Create(t.Context(), b.ada.ID, 1)
		b.must(err)
		random, err := base64.RawURLEncoding.Strict().DecodeString(token)
		if err != nil || len(random) != 32 || len(token) != 43 {
			t.Fatalf("token of %d characters and %d bytes, %v; want 43 and 32", len(token), len(random), err)
		}
		for i := range ones {
			ones[i] += int(random[i/8] >> (i % 8) & 1)
		}
		if len(s.ID) != 26 || strings.Trim(s.ID, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
			t.Fatalf("id %q", s.ID)
		}
		tokens[token], ids[s.ID] = true, true
	}
	if len(tokens) != n || len(ids) != n {
		t.Errorf("%d tokens and %d ids of %d are distinct", len(tokens), len(ids), n)
	}
	for i, count := range ones {
		if count < n/2-n/50 || count > n/2+n/50 { // more than twelve standard deviations
			t.Errorf("bit %d is set in %d of %d tokens", i, count, n)
		}
	}
}

// nothing stores no session.
type nothing struct{ storage }

func (nothing) Create(context.Context, row, session.Hash) error { return nil }

// SECURITY SES-01.
func TestSES01_StorageNeverSeesAToken(t *testing.T) {
	b := newBench(t)
	spy := &hashes{storage: b.store.storage}
	b.store.storage = spy
	_, token := b.login(b.ada)
	b.must(b.check(token))
	raw, err := base64.RawURLEncoding.DecodeString(token)
	b.must(err)
	for _, form := range []string{token, string(raw), hex.EncodeToString(raw), fmt.Sprint(raw)} {
		if strings.Contains(spy.seen, form) {
			t.Errorf("the storage saw %q", form)
		}
	}
	if spy.seen == "" {
		t.Error("the spy saw nothing")
	}
}

// hashes keeps a print of everything that is stored.
type hashes struct {
	storage
	seen string
}

func (s *hashes) Create(ctx context.Context, r row, hash session.Hash) error {
	s.seen += fmt.Sprintf("%+v %v %x %s", r, hash, hash, hash[:])
	return s.storage.Create(ctx, r, hash)
}

// A credential that is none, or cannot be one, costs no look at the storage.
// SECURITY STO-06.
func TestSTO06_NoCredentialNoStoreCall(t *testing.T) {
	b := newBench(t)
	_, good := b.login(b.ada)
	b.store.forget()
	b.store.down()

	bare := b.request(http.MethodGet)
	other := b.request(http.MethodGet)
	other.Header.Set("Cookie", "session="+good+"; theme=dark; X"+hostName+"="+good+"; "+hostName)
	for name, r := range map[string]*http.Request{"no cookie": bare, "other cookies": other} {
		if _, _, err := b.Authenticate(r); !errors.Is(err, authn.ErrNoCredential) {
			t.Errorf("%s: %v, want ErrNoCredential", name, err)
		}
	}
	for name, value := range map[string]string{
		"empty": "", "attacker's": "attacker", "short": good[:42], "long": good + "A", "padded": good[:42] + "=",
		"quoted": `"` + good + `"`, "spaced": good[:20] + " " + good[21:], "plus": good[:42] + "+", "slash": good[:42] + "/",
		"dot": good[:42] + ".", "escaped": good[:40] + "%41", "not ASCII": good[:41] + "é", "huge": strings.Repeat("A", 1<<20),
		"NUL": good[:42] + "\x00", "injection": "' OR 1=1--",
	} {
		r := b.request(http.MethodGet)
		r.Header.Set("Cookie", hostName+"="+value)
		if _, _, err := b.Authenticate(r); !errors.Is(err, session.ErrInvalidSession) {
			t.Errorf("%s: %v, want ErrInvalidSession", name, err)
		}
	}
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the storage was asked: %q", calls)
	}
	b.store.up()
	for i := range len(good) { // every other token is another session's, or nobody's
		b.is("changed token", b.check(good[:i]+flip(good[i])+good[i+1:]), session.ErrInvalidSession)
	}
	b.must(b.check(good))
}

func flip(c byte) string {
	if c == 'A' {
		return "B"
	}
	return "A"
}

// Nobody can say which of two cookies is meant, and one may have been planted.
func TestTwoCookiesAreAmbiguous(t *testing.T) {
	b := newBench(t)
	_, good := b.login(b.ada)
	_, also := b.login(b.ada)
	b.store.forget()
	joined := b.request(http.MethodGet, good, also)
	apart := b.request(http.MethodGet, good)
	apart.Header.Add("Cookie", hostName+"="+also)
	same := b.request(http.MethodGet, good, good)
	empty := b.request(http.MethodGet, good, "")
	for name, r := range map[string]*http.Request{"one line": joined, "two lines": apart, "twice the same": same, "one empty": empty} {
		if _, _, err := b.Authenticate(r); !errors.Is(err, session.ErrInvalidSession) {
			t.Errorf("%s: %v, want ErrInvalidSession", name, err)
		}
	}
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the storage was asked: %q", calls)
	}
	b.must(b.check(good))
}

// Whatever the header, no token is taken that net/http would not see, alone, under
// that name.
func FuzzCookieHeader(f *testing.F) {
	const token = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for _, header := range []string{
		hostName + "=" + token, "a=b; " + hostName + "=" + token + "; c=d", hostName + "=" + token + ";" + hostName + "=x",
		" \t" + hostName + "=" + token + "\t", hostName + " =" + token, hostName + "= " + token, "=" + hostName + "=" + token, ";;;=;",
	} {
		f.Add(header, "")
		f.Add(header, header)
	}
	b := newBench(f)
	var mu sync.Mutex
	found := false
	b.store.hook(func(_ context.Context, method string) error {
		mu.Lock()
		defer mu.Unlock()
		found = found || method == "Find"
		return session.ErrNotFound
	})
	f.Fuzz(func(t *testing.T, first, second string) {
		r, err := http.NewRequest(http.MethodGet, base, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header["Cookie"] = []string{first, second}
		mu.Lock()
		found = false
		mu.Unlock()
		_, _, err = b.Authenticate(r)
		if !errors.Is(err, authn.ErrNoCredential) && !errors.Is(err, session.ErrInvalidSession) {
			t.Fatalf("%q %q: %v", first, second, err)
		}
		mu.Lock()
		defer mu.Unlock()
		cookies := slices.DeleteFunc(r.CookiesNamed(hostName), func(c *http.Cookie) bool {
			return c.Value == "" // a name alone: to browsers it is a value without a name
		})
		if found && (len(cookies) != 1 || len(cookies[0].Value) != 43) {
			t.Fatalf("%q %q: a token was looked up, net/http sees %v", first, second, cookies)
		}
	})
}

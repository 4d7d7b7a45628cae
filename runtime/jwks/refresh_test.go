package jwks_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/token"
)

// SECURITY KEY-04.
func TestKEY04_AKeyThatLeftIsOutWithTheNextRefresh(t *testing.T) {
	b := newBench(t)
	stays, leaves := newKey(t), newKey(t)
	b.issuer.publishes(t, stays, leaves)
	b.fetches()
	b.has("published", leaves.ID())
	before := b.has("published", stays.ID())
	b.issuer.publishes(t, stays)
	b.has("not asked since", leaves.ID())
	b.fetches()
	b.lacks("left", leaves.ID())
	if b.has("stays", stays.ID()) != before {
		t.Error("the key that stays is another")
	}
	b.asked("all", 2)
	b.saw("all is well")
}

// Verifiers keep verified tokens by the key that verified them.
func TestAKeyIsTheSameAsLongAsNothingOfItChanges(t *testing.T) {
	b := newBench(t)
	keys := oneOfEach()
	b.issuer.publishes(t, keys...)
	b.fetches()
	before := make(map[string]*token.Key)
	for _, k := range keys {
		before[k.ID()] = b.has("published", k.ID())
	}
	more := newKey(t)
	b.issuer.publishes(t, more, keys[2], keys[1], keys[0])
	b.fetches()
	b.has("new", more.ID())
	for id, k := range before {
		if b.has("again", id) != k {
			t.Errorf("%s is another", k.Algorithm())
		}
	}
}

func TestAnotherKeyOfTheSameNameIsAnother(t *testing.T) {
	b := newBench(t)
	one, two := newKey(t), newKey(t)
	b.issuer.says(`{"keys":[` + named(t, one, "k") + `]}`)
	b.fetches()
	before := b.has("first", "k")
	b.issuer.says(`{"keys":[` + named(t, two, "k") + `]}`)
	b.fetches()
	after := b.has("second", "k")
	if before == after || after.Thumbprint() != two.Thumbprint() {
		t.Error("the key did not change")
	}
}

// SECURITY KEY-02.
func TestKEY02_OnlyWhatIsForVerifyingIsTaken(t *testing.T) {
	b := newBench(t)
	k := newKey(t)
	b.issuer.says(`{"keys":[` + named(t, k, "good") + `,` + `{"kty":"RSA","use":"enc","kid":"enc","n":"AQ","e":"AQAB"},{"kty":"AKP","kid":"new"}]}`)
	b.fetches()
	if got := b.has("good", "good"); got.CanSign() || got.Public() == nil {
		t.Error("it is not a public key")
	}
	b.lacks("for encryption", "enc")
	b.lacks("of another kind", "new")
	if b.Len() != 1 {
		t.Errorf("%d keys", b.Len())
	}
}

func TestAnIssuerIsAskedForAJWKSet(t *testing.T) {
	b := newBench(t)
	b.issuer.publishes(t, newKey(t))
	b.fetches()
	r := b.issuer.requests()[0]
	if r.Method != http.MethodGet || r.RequestURI != "/jwks.json?key=canary-query" || r.Header.Get("Accept") != "application/jwk-set+json, application/json" ||
		r.Header.Get("Accept-Encoding") != "" || r.Header.Get("If-None-Match") != "" || r.TLS.Version < 0x0303 {
		t.Errorf("%s %s %v", r.Method, r.RequestURI, r.Header)
	}
}

// What an answer is, its content says.
func TestAnyContentTypeIsTaken(t *testing.T) {
	b := newBench(t)
	for _, kind := range []string{"application/jwk-set+json", "application/json; charset=utf-8", "text/html", "application/octet-stream", "?"} {
		b.issuer.says(setOf(t, newKey(t)), "Content-Type", kind)
		b.fetches()
	}
}

func TestASetThatDidNotChangeIsNotSentAgain(t *testing.T) {
	b := newBench(t, func(c *jwks.Config) { c.MaxStale = time.Hour })
	k := newKey(t)
	b.issuer.says(setOf(t, k), "ETag", `W/"v1"`)
	b.fetches()
	key := b.has("first", k.ID())
	b.issuer.answers(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != `W/"v1"` {
			t.Errorf("If-None-Match: %q", r.Header.Get("If-None-Match"))
		}
		w.Header().Set("Cache-Control", "max-age=60")
		w.WriteHeader(http.StatusNotModified)
	})
	for range 3 {
		b.clock.advance(59 * time.Minute)
		b.fetches()
	}
	if b.has("not modified", k.ID()) != key {
		t.Error("the key is another")
	}
	if d := b.Pause(0); d > time.Minute || d < 54*time.Second {
		t.Errorf("the next fetch is in %v, against the last answer's word", d)
	}
	b.issuer.says(setOf(t, newKey(t)))
	b.fetches()
	b.lacks("replaced", k.ID())
	b.issuer.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	b.fails("304 for no tag", "304")
	if r := b.issuer.requests(); r[len(r)-1].Header.Get("If-None-Match") != "" {
		t.Error("the tag of a set that is gone was sent")
	}
}

func TestRefreshAsksAnewWhateverIsUnderWay(t *testing.T) {
	b := newBench(t)
	old, next := newKey(t), newKey(t)
	arrived, answer := make(chan struct{}), make(chan struct{})
	text := setOf(t, old)
	b.issuer.answers(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-answer
		_, _ = w.Write([]byte(text))
	})
	first := make(chan error)
	go func() { first <- b.Refresh(t.Context()) }()
	<-arrived
	b.issuer.publishes(t, next)
	second := make(chan error)
	go func() { second <- b.Refresh(t.Context()) }()
	close(answer)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if err := <-second; err != nil {
		t.Error(err)
	}
	b.has("published before the second call", next.ID())
	b.lacks("gone before the second call", old.ID())
}

package jwks_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/token"
)

// A pair is an issuer and a service that verifies its tokens, under one clock.
type pair struct {
	*bench
	ring     *token.Ring
	tokens   *token.Issuer[token.Claims]
	verifier *token.Verifier[token.Claims]
}

func newPair(t *testing.T, first *token.Key, change ...func(*jwks.Config)) *pair {
	t.Helper()
	p := &pair{bench: newBench(t, change...), ring: token.NewRing(must(token.NewKeySet(first))(t))}
	p.publish()
	p.tokens = must(token.NewIssuer(token.IssuerConfig[token.Claims]{
		Schema: token.Basic(), Keys: p.ring, Issuer: "https://id.example", Audience: []string{"api"}, TTL: 5 * time.Minute, Now: p.clock.now,
	}))(t)
	p.verifier = must(token.NewVerifier(token.Config[token.Claims]{
		Schema: token.Basic(), Keys: p.Remote, Issuer: "https://id.example", Audience: []string{"api"}, Now: p.clock.now,
	}))(t)
	return p
}

// publish makes the issuer publish what is in its ring.
func (p *pair) publish() { p.issuer.says(string(p.ring.Set().JWKS())) }

func (p *pair) replace(signing *token.Key, more ...*token.Key) {
	p.Helper()
	p.ring.Replace(must(token.NewKeySet(signing, more...))(p))
	p.publish()
}

func (p *pair) issue() string {
	p.Helper()
	text, _, err := p.tokens.Issue(token.Claims{Subject: "ada"})
	if err != nil {
		p.Fatal(err)
	}
	return text
}

// verifies fails the test unless a token is judged so.
func (p *pair) verifies(what, text string, want error) {
	p.Helper()
	c, err := p.verifier.Verify(context.Background(), text)
	if !errors.Is(err, want) || (err == nil) != (c.Subject == "ada") {
		p.Errorf("%s: %v (%v), want %v", what, err, errors.Unwrap(err), want)
	}
}

// cannotVerify fails the test unless nobody knows of a token whether it is good.
func (p *pair) cannotVerify(what, text string) {
	p.Helper()
	c, err := p.verifier.Verify(context.Background(), text)
	if err == nil || errors.Is(err, token.ErrInvalidToken) || c.Subject != "" {
		p.Errorf("%s: %v, want that it cannot be known", what, err)
	}
}

// SECURITY KEY-03, KEY-04. A rotation as it should be, while tokens are verified all
// the time: no good token is ever refused.
func TestKEY03_ARotationRefusesNoGoodToken(t *testing.T) {
	one, two := newKey(t), newKey(t)
	p := newPair(t, one)
	p.fetches()
	old := p.issue()
	p.verifies("signed by one", old, nil)

	p.replace(one, two) // two is published
	p.verifies("signed by one, seen before", old, nil)
	p.verifies("signed by one, not seen before", p.issue(), nil)
	p.clock.advance(2 * time.Minute)
	p.fetches()
	p.verifies("signed by one, after a refresh", old, nil)

	p.replace(two, one) // two signs
	next := p.issue()
	p.verifies("signed by two", next, nil)
	p.verifies("signed by one, while two signs", old, nil)
	p.asked("two was known before it signed", 2)
	p.clock.advance(5 * time.Minute)
	p.verifies("signed by one, long ago", old, token.ErrTokenExpired)

	p.replace(two) // one is gone
	young := p.issue()
	p.fetches()
	p.verifies("signed by two, alone", young, nil)
	p.verifies("signed by one, which is gone", old, token.ErrInvalidToken)
	p.saw("a rotation")
}

// SECURITY KEY-04. A key that the issuer takes back at once, with tokens that were good
// a moment before and whose verification is kept.
func TestKEY04_TokensOfAKeyThatLeftAreRefused(t *testing.T) {
	stolen, fresh := newKey(t), newKey(t)
	p := newPair(t, stolen)
	p.fetches()
	text := p.issue()
	p.verifies("seen", text, nil)
	p.verifies("kept", text, nil)
	p.replace(fresh)
	p.clock.advance(time.Minute)
	p.verifies("of the fresh key", p.issue(), nil) // which makes the service ask
	p.verifies("of the stolen key", text, token.ErrInvalidToken)
}

// An issuer that does not publish keys in advance: the service asks for the new one.
func TestARotationWithoutNoticeIsFollowed(t *testing.T) {
	one, two := newKey(t), newKey(t)
	p := newPair(t, one)
	p.fetches()
	p.clock.advance(time.Minute)
	p.replace(two, one)
	p.verifies("of a key that was never seen", p.issue(), nil)
	p.asked("once more", 2)
}

// SECURITY F-22, F-23, with a verifier on top: 503 is not 401.
func TestF23_AnOutageRefusesNoToken(t *testing.T) {
	one, two := newKey(t), newKey(t)
	p := newPair(t, one, func(c *jwks.Config) { c.MaxStale = time.Hour })
	p.fetches()
	seen := p.issue()
	p.verifies("up", seen, nil)
	p.issuer.down()
	p.clock.advance(2 * time.Minute)
	p.verifies("down, known key", seen, nil)
	p.ring.Replace(must(token.NewKeySet(two, one))(t))
	p.cannotVerify("down, new key", p.issue())
	p.clock.advance(time.Hour)
	p.ring.Replace(must(token.NewKeySet(one, two))(t))
	p.cannotVerify("down for too long", p.issue())
	p.publish()
	p.clock.advance(time.Minute)
	p.verifies("up again", p.issue(), nil)
}

// Rotations while four clients have tokens verified and send junk; run with -race.
func TestKEY03_RotationsUnderLoad(t *testing.T) {
	old, signing := newKey(t), newKey(t)
	p := newPair(t, old)
	p.replace(signing, old)
	p.fetches()
	var wg sync.WaitGroup
	var verified [4]atomic.Int64
	var over atomic.Bool
	for i := range verified {
		wg.Go(func() {
			for !over.Load() {
				text := p.issue()
				if c, err := p.verifier.Verify(context.Background(), text); err != nil || c.Subject != "ada" {
					t.Errorf("a good token was refused: %v, %v", err, errors.Unwrap(err))
				}
				if _, err := p.VerifyKey(context.Background(), text); !errors.Is(err, token.ErrUnknownKey) {
					t.Errorf("junk: %v", err)
				}
				verified[i].Add(1)
			}
		})
	}
	// settle waits until no token is in use that was issued before.
	settle := func() {
		var until [len(verified)]int64
		for i := range verified {
			until[i] = verified[i].Load() + 2
		}
		for i := range verified {
			for verified[i].Load() < until[i] {
				runtime.Gosched()
			}
		}
	}
	for range 20 {
		next := newKey(t)
		p.replace(signing, old, next) // next is published
		p.fetches()
		p.replace(next, signing) // and signs
		settle()                 // what old signed is over
		p.fetches()
		p.clock.advance(time.Second)
		old, signing = signing, next
	}
	over.Store(true)
	wg.Wait()
	p.saw("rotations")
}

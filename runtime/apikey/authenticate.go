package apikey

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ExpiresHeader is the header of answers to keys that are near their end: when that
// is, as an HTTP date.
const ExpiresHeader = "API-Key-Expires"

// Authenticate returns the key that r carries, with the scopes that are in force,
// and its owner: as of now or, where [Config.MaxStaleness] allows it, a little
// earlier. It reads the storage once at most and writes nothing. The key's last use
// is what the storage had, not this one. The slices of what it returns are shared
// and must not be changed.
//
// The headers of the answer learn what is left of the key's limit, see
// [ratelimit.Policy.Show]. If the key is near its end, they get [ExpiresHeader], and once a
// day there is an audit event. Keys elsewhere than in Config.Header are not looked at
// (SECURITY API-06). Its error is
//
//   - [authn.ErrNoCredential] without the header; nothing was asked of anybody
//   - [ErrInvalidKey] if the key is of no use
//   - [ErrOverLimit] if the key is good but has made too many requests
//   - [ratelimit.ErrLimited] if too many bad keys came from the client's address
//   - any other if that could not be found out
//
// Good keys use up nothing of their address's limit on failures, so that any number
// of them can share an address. Once the limit is used up, keys from that address
// are refused unseen until the next try is due, good ones not told from bad
// (SECURITY RL-06), except those that the same address has sent with success before:
// whoever shares an address with an attacker is not shut out (SECURITY RL-07). Keys
// that an address has not proved yet are looked up one at a time, so that parallel
// guesses gain nothing over a sequence (SECURITY RL-04).
func (s *Service[ID, S, U]) Authenticate(r *http.Request, answer http.Header) (Key[ID, S], U, error) {
	var nobody U
	values := r.Header[s.cfg.Header]
	if len(values) == 0 {
		return Key[ID, S]{}, nobody, authn.ErrNoCredential
	}
	a := attempt{now: s.now(), addr: s.cfg.Proxies.ClientAddr(r)}
	ctx := s.deadline.Bound(r.Context())
	// Of two keys nobody can say which is meant.
	hash, ok := Parse(s.cfg.Prefix, values[0])
	if !ok || len(values) > 1 {
		return Key[ID, S]{}, nobody, s.failures.tell(answer, s.refuseForm(ctx, a))
	}
	var f found[ID, S, U] // here, so that it need not be allocated
	if err := s.verify(ctx, a, hash, &f); err != nil {
		return Key[ID, S]{}, nobody, s.failures.tell(answer, err)
	}
	if err := s.limit(ctx, answer, f.counter); err != nil {
		return Key[ID, S]{}, nobody, err
	}
	s.touches.Put(f.key.ID, Touch{KeyID: f.key.ID, UsedAt: a.now, Addr: a.addr})
	s.warn(ctx, a, &f, answer)
	return f.key, f.owner, nil
}

// Presents reports whether r carries an API key, good or bad.
func (s *Service[ID, S, U]) Presents(r *http.Request) bool { return len(r.Header[s.cfg.Header]) > 0 }

// An attempt is what is known of a request before its key is looked at.
type attempt struct {
	now  time.Time
	addr netip.Addr
}

// found is a key and its owner as they were read. One that is kept is immutable.
type found[ID comparable, S ~string, U Owner] struct {
	key     Key[ID, S] // with the scopes in force
	hash    Hash
	owner   U
	counter string // the name of the key's limit
}

// verify finds the key of hash and judges it.
func (s *Service[ID, S, U]) verify(ctx context.Context, a attempt, hash Hash, f *found[ID, S, U]) error {
	proof := s.failures.proof(hash, a.addr)
	if s.failures.proven(proof) {
		reason, err := s.judge(ctx, a, hash, f)
		if reason != "" {
			s.failures.disprove(proof)
			err = s.refuse(ctx, a, f.key.ID, reason)
		}
		return err
	}
	turn, err := s.failures.enter(ctx, a)
	if err != nil {
		return err
	}
	defer turn.end()
	reason, err := s.judge(ctx, a, hash, f)
	if reason != "" {
		err = s.refuse(ctx, a, f.key.ID, reason)
	}
	if err == nil {
		s.failures.prove(proof)
	}
	return err
}

// judge finds the key of hash. If there is a reason to refuse it, the error is nil;
// an error is no verdict.
func (s *Service[ID, S, U]) judge(ctx context.Context, a attempt, hash Hash, f *found[ID, S, U]) (reason string, err error) {
	err = s.find(ctx, a, hash, f)
	switch {
	case errors.Is(err, ErrNotFound):
		return reasonUnknown, nil
	case err != nil:
		return "", fmt.Errorf("find API key: %w", err)
	case subtle.ConstantTimeCompare(f.hash[:], hash[:]) == 0:
		// A storage that compares loosely, or cut the hash off, does not decide (SECURITY
		// KEY-10). What it found is somebody else's.
		*f = found[ID, S, U]{}
		return reasonUnknown, nil
	case !a.now.Before(f.key.ExpiresAt):
		return reasonExpired, nil
	case !f.owner.Active():
		return reasonInactiveOwner, nil
	}
	return "", nil
}

func (s *Service[ID, S, U]) find(ctx context.Context, a attempt, hash Hash, f *found[ID, S, U]) error {
	if s.kept == nil {
		return s.read(ctx, hash, f)
	}
	kept := s.kept.Get(hash, a.now)
	if kept == nil {
		var err error
		kept, err = s.kept.Find(ctx, hash, a.now, func(fresh *found[ID, S, U]) error {
			return s.read(ctx, hash, fresh)
		})
		if err != nil {
			return err
		}
	}
	*f = *kept
	return nil
}

func (s *Service[ID, S, U]) read(ctx context.Context, hash Hash, f *found[ID, S, U]) error {
	r, owner, err := s.cfg.Store.Find(ctx, hash)
	if err != nil {
		return err
	}
	r.Scopes = Effective(r.Scopes, s.cfg.OwnerScopes(owner))
	*f = found[ID, S, U]{key: r.Key, hash: r.Hash, owner: owner, counter: requestLimit + "/" + r.ID}
	return nil
}

// limit takes from the key's own limit, which is no matter of guesses: it is asked
// once the key is known to be good.
func (s *Service[ID, S, U]) limit(ctx context.Context, answer http.Header, counter string) error {
	d, err := s.cfg.Limiter.Take(ctx, counter, s.cfg.RateLimit)
	if err != nil {
		return fmt.Errorf("limit requests of an API key: %w", err)
	}
	s.policy.Show(answer, d)
	if !d.Allowed {
		return ErrOverLimit.WithRetryAfter(d.RetryAfter).WithLimit(requestLimit)
	}
	return nil
}

// Challenge returns the WWW-Authenticate value that goes with err. No scheme is
// registered for API keys; the name makes no browser ask for a password.
func (s *Service[ID, S, U]) Challenge(err error) string {
	return authn.FormatChallenge("ApiKey", "auth", err)
}

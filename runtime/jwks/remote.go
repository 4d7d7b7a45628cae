package jwks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/authgen-go/authgen/runtime/token"
)

// A Remote is the keys of another issuer, and a [token.Source]. It is safe for
// concurrent use and must be closed.
type Remote struct {
	cfg       Config
	url       string
	name      string // url without what may be secret
	transport http.RoundTripper
	current   atomic.Pointer[state]

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu     sync.Mutex
	latest *flight // nil before the first
}

var _ token.Source = (*Remote)(nil)

// New returns a Remote and begins to fetch. It does not wait for the keys, so that a
// service starts while its issuer does not answer: see [Remote.Ready]. The error names
// what is wrong with cfg.
func New(cfg Config) (*Remote, error) {
	r, err := build(cfg)
	if err != nil {
		return nil, err
	}
	r.start()
	return r, nil
}

func build(cfg Config) (*Remote, error) {
	u, err := parseURL(cfg.URL)
	if err = errors.Join(err, cfg.complete()); err != nil {
		return nil, fmt.Errorf("configure the keys of an issuer: %w", err)
	}
	to := reachOf(u, cfg.AllowPrivate)
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && !to.allows(addr) {
		return nil, errors.New("configure the keys of an issuer: the URL has an address that is not public, which needs AllowPrivate")
	}
	r := &Remote{
		cfg: cfg, url: u.String(), name: shown(u),
		transport: newTransport(cfg.TLS, newDialer(to, cfg.Timeout)),
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.current.Store(new(state))
	return r, nil
}

// VerifyKey implements [token.Source]. A key that is in force costs a look-up in
// memory and waits for nobody.
//
// For one that is not, the issuer is asked, or whoever asks already is waited for, as
// long as ctx goes on. If the last fetch was good and the key is not in it, or the
// cooldown has not passed since, the error is [token.ErrUnknownKey]. Any other error
// means that nobody knows: no set was ever fetched, the last one is older than
// MaxStale, or the last fetch failed, so that the key may be a new one (SECURITY
// F-22, F-23).
func (r *Remote) VerifyKey(ctx context.Context, id string) (*token.Key, error) {
	if k := r.find(id); k != nil {
		return k, nil
	}
	f, err := r.board(false)
	if err != nil {
		return nil, r.unknowable(err)
	}
	if err := f.wait(ctx); err != nil {
		return nil, err
	}
	if k := r.find(id); k != nil {
		return k, nil
	}
	if f.err != nil {
		return nil, r.unknowable(f.err)
	}
	if err := r.Ready(ctx); err != nil {
		return nil, err
	}
	return nil, token.ErrUnknownKey
}

// find returns the key of that name if it is in force, or nil.
func (r *Remote) find(id string) *token.Key {
	s := r.current.Load()
	if !s.in(r.cfg.Now(), r.cfg.MaxStale) {
		return nil
	}
	return s.set.Find(id)
}

// Ready returns nil while there are keys in force, and else an error that says why
// there are none. It never waits.
func (r *Remote) Ready(context.Context) error {
	s := r.current.Load()
	switch {
	case s.in(r.cfg.Now(), r.cfg.MaxStale):
		return nil
	case s.failure != nil:
		return r.unknowable(s.failure)
	case s.set == nil:
		return r.unknowable(errNone)
	default:
		return r.unknowable(errStale)
	}
}

// Refresh fetches the keys now, whenever that was done last, and returns when they are
// in force. Its error is why that failed, or that of ctx; the keys that were in force
// before are then still (SECURITY F-24).
func (r *Remote) Refresh(ctx context.Context) error {
	// What was asked for before the call may be older than what the caller knows of.
	if f := r.underWay(); f != nil {
		if err := f.wait(ctx); err != nil {
			return err
		}
	}
	f, err := r.board(true)
	if err != nil {
		return r.unknowable(err)
	}
	if err := f.wait(ctx); err != nil {
		return err
	}
	if f.err != nil {
		return fmt.Errorf("jwks: fetch %s: %w", r.name, f.err)
	}
	return nil
}

// underWay returns the flight that is, or nil.
func (r *Remote) underWay() *flight {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.latest == nil || !r.latest.underWay() {
		return nil
	}
	return r.latest
}

// Close ends the fetching, a fetch under way included, and waits until it has ended.
// The keys in force stay so until MaxStale; all others cannot be known from now on.
func (r *Remote) Close() {
	r.mu.Lock()
	r.cancel()
	r.mu.Unlock()
	r.work.Wait()
}

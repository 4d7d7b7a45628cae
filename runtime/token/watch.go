package token

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/internal/batch"
)

// DefaultInterval is how often a [Watcher] asks for keys unless it is told otherwise.
const DefaultInterval = 5 * time.Second

// strategy is how the spec writes what this package does.
const strategy = "jwt"

// errClosed is what Reload answers after Close.
var errClosed = errors.New("token: the watcher is closed")

// A WatchConfig configures a [Watcher]. What is zero has the default that is named.
type WatchConfig struct {
	// Interval is how often keys are asked for; default 5 seconds. A [Folder] counts on
	// its being less than [Lag].
	Interval time.Duration
	// Audit takes the events; default nobody.
	Audit audit.Recorder
	// Logger is told when keys can no longer be had and when that has ended, once each;
	// default slog.Default().
	Logger *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// A Watcher keeps a [Ring] up to date with what a [Provider] says. When the provider
// fails, the last keys that it gave stay in force. A Watcher is safe for concurrent use
// and must be closed.
type Watcher struct {
	provider Provider
	cfg      WatchConfig
	ring     *Ring
	stop     context.CancelFunc
	stopped  <-chan struct{}

	reloading sync.Mutex // held while the provider is asked
	failing   bool
}

// Watch asks p for keys, and again every interval until the Watcher is closed. Its error
// is that of the first time.
func Watch(p Provider, cfg WatchConfig) (*Watcher, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	if p == nil {
		return nil, errors.New("token: the provider of keys is missing")
	}
	set, err := keysOf(p, cfg.Now())
	if err != nil {
		return nil, err
	}

	ctx, stop := context.WithCancel(context.Background())
	w := &Watcher{provider: p, cfg: cfg, ring: NewRing(set), stop: stop, stopped: ctx.Done()}
	go w.run()
	return w, nil
}

func (c *WatchConfig) complete() error {
	if c.Interval < 0 {
		return errors.New("token: WatchConfig.Interval is negative")
	}
	if c.Interval == 0 {
		c.Interval = DefaultInterval
	}
	if c.Audit == nil {
		c.Audit = audit.Discard()
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return nil
}

// Ring returns the keys, for an [Issuer], a [Verifier] and [JWKSHandler].
func (w *Watcher) Ring() *Ring { return w.ring }

// Close ends the reloading. The keys of the ring stay as they are from now on, for
// requests that are still under way. Close does not wait for a provider that hangs.
func (w *Watcher) Close() { w.stop() }

func (w *Watcher) run() {
	ticker := time.NewTicker(w.cfg.Interval)
	defer ticker.Stop()
	for {
		select {
		case <-w.stopped:
			return
		case <-ticker.C:
			_ = w.Reload() // it told the log
		}
	}
}

// Reload asks for keys now and puts them in force. With an error nothing has changed.
func (w *Watcher) Reload() error {
	w.reloading.Lock()
	defer w.reloading.Unlock()

	set, err := keysOf(w.provider, w.cfg.Now())
	if w.isClosed() {
		return errClosed
	}
	w.tell(err)
	if err != nil {
		return err
	}
	w.replace(set)
	return nil
}

func (w *Watcher) isClosed() bool {
	select {
	case <-w.stopped:
		return true
	default:
		return false
	}
}

// replace puts set in force unless it is the one in force.
func (w *Watcher) replace(set *KeySet) {
	old := w.ring.Set()
	if set.equals(old) {
		return
	}
	w.ring.Replace(set.Keeping(old))
	if set.signing.id != old.signing.id {
		w.cfg.Audit.Record(context.Background(), audit.Event{
			Time: w.cfg.Now().UTC(), Type: audit.SigningKeyChanged, Outcome: audit.Success,
			Target: set.signing.id, Strategy: strategy,
		})
	}
}

// tell lets the log know of a change for the worse or the better.
func (w *Watcher) tell(err error) {
	switch {
	case err != nil && !w.failing:
		w.cfg.Logger.Error("signing keys cannot be read, and those that were read last stay in force", "error", err)
	case err == nil && w.failing:
		w.cfg.Logger.Info("signing keys are read again")
	}
	w.failing = err != nil
}

// keysOf asks a provider, which may be an application's: a panic of it is an error.
func keysOf(p Provider, now time.Time) (set *KeySet, err error) {
	err = batch.Guard(func() (err error) {
		set, err = p.Keys(now)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case set == nil || set.signing == nil:
		return nil, errors.New("token: the provider of keys gave none that signs")
	}
	return set, nil
}

package oauth

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/internal/batch"
)

const (
	// metadataAge is how old metadata are when they are asked for again, and
	// metadataStale when they are of no use any more.
	metadataAge   = time.Hour
	metadataStale = 24 * time.Hour
	// metadataCooldown is the time from a failure to the next try.
	metadataCooldown = 5 * time.Second
)

// A discovery finds out where an OpenID provider is, when that is asked for first, and
// again now and then. However many ask, the provider is asked once.
type discovery struct {
	client *client
	cfg    Config
	ctx    context.Context // ends with close
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu      sync.Mutex
	known   *endpoints // the latest, nil before the first
	flight  chan struct{}
	failed  time.Time // when the last try ended, if it failed
	failure error     // why it did, or nil
}

var errClosed = errors.New("oauth: logins through providers have ended")

func newDiscovery(c *client, cfg Config) *discovery {
	d := &discovery{client: c, cfg: cfg}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	return d
}

// get returns the endpoints. Those of the last hour are returned at once; those of the
// last day as well, while they are asked for again behind. Without any it waits until ctx
// ends, except after a failure a moment ago: that is the error then.
func (d *discovery) get(ctx context.Context) (*endpoints, error) {
	for {
		known, flight, err := d.look()
		if known != nil || err != nil {
			return known, err
		}
		select {
		case <-flight:
		case <-ctx.Done():
			return nil, d.client.unreachable(configuration, ctx.Err())
		}
	}
}

// look returns the endpoints if they are known, and else the flight that is under way to
// find out, or why there is none. It begins one where that is due.
func (d *discovery) look() (known *endpoints, flight <-chan struct{}, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.cfg.Now()
	if d.known != nil && now.Sub(d.known.found) < metadataStale {
		known = d.known
		if now.Sub(known.found) < metadataAge {
			return known, nil, nil
		}
	}
	if d.flight == nil && !d.cools(now) && d.ctx.Err() == nil {
		d.start()
	}
	switch {
	case known != nil:
		return known, nil, nil
	case d.flight != nil:
		return nil, d.flight, nil
	case d.failure != nil:
		return nil, nil, retry(d.failure, metadataCooldown-now.Sub(d.failed))
	default:
		return nil, nil, errClosed
	}
}

// cools reports whether the last failure is too recent for another try. A clock that was
// set back does not make that last longer (SECURITY F-21). The lock is held.
func (d *discovery) cools(now time.Time) bool {
	since := now.Sub(d.failed)
	return d.failure != nil && 0 <= since && since < metadataCooldown
}

// start asks the provider. The lock is held.
func (d *discovery) start() {
	flight, old, began := make(chan struct{}), d.known, d.cfg.Now()
	d.flight = flight
	d.work.Go(func() {
		defer close(flight)
		e, err := d.fetch(old, began)
		d.mu.Lock()
		defer d.mu.Unlock()
		d.flight, d.failed, d.failure = nil, d.cfg.Now(), err
		if err == nil {
			d.known = e
		}
	})
}

// fetch asks for the metadata and takes over the keys if they are where they were.
func (d *discovery) fetch(old *endpoints, began time.Time) (e *endpoints, err error) {
	ctx, cancel := context.WithTimeout(d.ctx, d.cfg.Timeout)
	defer cancel()
	panicked := batch.Guard(func() error {
		e, err = d.client.discover(ctx)
		return nil
	})
	if panicked != nil {
		return nil, d.client.broken(reasonPanic, configuration+" could not be read")
	}
	if err != nil {
		return nil, err
	}
	e.found = began
	if old != nil && old.keysURL == e.keysURL {
		e.keys = old.keys
		return e, nil
	}
	if e.keys, err = d.client.newKeys(e.keysURL, d.cfg); err != nil {
		return nil, d.client.broken(reasonMetadata, configuration+" has no address of keys that may be fetched")
	}
	if old != nil {
		old.keys.Close()
	}
	return e, nil
}

// close ends what goes on behind.
func (d *discovery) close() {
	d.mu.Lock()
	d.cancel()
	d.mu.Unlock()
	d.work.Wait()
	if d.known != nil {
		d.known.keys.Close()
	}
}

// retry is err with the time after which there may be an answer.
func retry(err error, after time.Duration) error {
	if p, ok := errors.AsType[*authn.Problem](err); ok {
		return p.WithRetryAfter(max(after, time.Second))
	}
	return err
}

package redis

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/internal/watch"
	"github.com/authgen-go/authgen/runtime/usage"
)

// DefaultPrefix is what keys begin with unless [Options] say otherwise.
const DefaultPrefix = "authgen:"

// margin is for how much longer than needed a key is kept: so far the clocks of the
// processes and of the server may differ.
const margin = 10 * time.Minute

// Options are common to all stores; the zero value is a good one.
type Options struct {
	// Prefix begins every key; default DefaultPrefix. Applications that share a server
	// have different ones, none of which begins another. It may have letters, digits and
	// the characters : . _ and - only.
	Prefix string
	// Now is the clock; default time.Now, and for a [Limiter] the clock of the server.
	Now func() time.Time
	// Breaker is what stands between the stores and the servers, and is of the client
	// that the store is given; default one of this store's own. Stores that share it
	// notice an outage together.
	Breaker *Breaker
	// Observe is told how long calls take; nil for nobody.
	Observe usage.StoreObserver
}

// A base is what the stores have in common.
type base struct {
	client  goredis.UniversalClient
	breaker *Breaker
	prefix  string
	now     func() time.Time
	watch   *watch.Watch // nil: nobody wants to know
}

// newBase asks a server for something. That shows at the start whether it can be asked,
// and has a client of a cluster find out about servers and commands: until it knows those
// it does not heed the deadline of a call.
func newBase(ctx context.Context, client goredis.UniversalClient, o Options) (base, error) {
	if err := checkClient(client); err != nil {
		return base{}, err
	}
	if o.Prefix == "" {
		o.Prefix = DefaultPrefix
	}
	if !regexp.MustCompile(`^[A-Za-z0-9:._-]+$`).MatchString(o.Prefix) {
		return base{}, errors.New("the prefix of keys may have letters, digits and : . _ - only")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Breaker == nil {
		o.Breaker = NewBreaker(client)
	}
	if o.Breaker.calls == nil || !o.Breaker.isOf(client) {
		return base{}, errors.New("the breaker is not one that NewBreaker made for the client")
	}
	if err := client.Exists(ctx, o.Prefix+"ready").Err(); err != nil {
		return base{}, err
	}
	return base{client: client, breaker: o.Breaker, prefix: o.Prefix, now: o.Now, watch: watched(o.Observe)}, nil
}

// checkClient refuses clients that wait longer than they are told to, and those that may
// be told what was true a while ago (SECURITY F-17). An unknown kind of client is trusted.
func checkClient(client goredis.UniversalClient) error {
	heeds := true
	switch c := client.(type) {
	case nil:
		return errors.New("a client is required")
	case *goredis.Client:
		heeds = c.Options().ContextTimeoutEnabled
	case *goredis.ClusterClient:
		heeds = c.Options().ContextTimeoutEnabled
		if c.Options().ReadOnly {
			return errors.New("the client reads from replicas, which may not know yet what has ended: leave ReadOnly, RouteByLatency and RouteRandomly off")
		}
	case *goredis.Ring:
		return errors.New("a Ring does not keep what must not be lost: use a single server, Sentinel or a cluster")
	}
	if !heeds {
		return errors.New("the client ignores deadlines: set ContextTimeoutEnabled in its options")
	}
	return nil
}

// keep is for how long a key is kept that is needed until until.
func (b base) keep(until time.Time) time.Duration {
	return max(until.Sub(b.now()), 0) + margin
}

// milliseconds rounds up, as no key may end early.
func milliseconds(d time.Duration) int64 {
	return int64((d + time.Millisecond - 1) / time.Millisecond)
}

// do makes a call of a store, unless the servers are away or busy, and ends it when it
// has taken too long.
func (b base) do(ctx context.Context, what string, call func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	begin := b.watch.Begin()
	err := b.breaker.calls.Do(ctx, call)
	b.watch.Call(ctx, begin, what, err)
	return doing(what, err)
}

// doing says in which call of a store an error came up.
func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("redis: %s: %w", what, err)
}

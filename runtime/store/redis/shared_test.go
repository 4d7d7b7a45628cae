package redis_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/once"
	"github.com/authgen-go/authgen/runtime/store/redis"
)

// Few callers, whose calls are on several stores, find out together that no server
// answers.
// SECURITY F-08, F-01.
func TestF08_StoresThatShareABreakerNoticeTogether(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		o := redis.Options{Prefix: b.prefix, Breaker: redis.NewBreaker(b.client)}
		limits := must[*redis.Limiter](t)(redis.NewLimiter(t.Context(), b.client, o))
		list := must[*redis.Revoked](t)(redis.NewRevoked(t.Context(), b.client, o))
		used := must[*redis.Once](t)(redis.NewOnce(t.Context(), b.client, o))
		calls := []func(ctx context.Context) error{
			func(ctx context.Context) error {
				_, err := limits.Take(ctx, "a", fivePerMinute)
				return err
			},
			func(ctx context.Context) error { return list.Revoke(ctx, "a", start) },
			func(ctx context.Context) error { return used.Use(ctx, once.Key{1}, start) },
		}
		each := func(i int) error {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			return calls[i%len(calls)](ctx)
		}
		for i := range calls {
			if err := each(i); err != nil {
				t.Fatal(err)
			}
		}
		b.stalled.Store(true)
		for i := range 5 {
			if err := each(i); err == nil {
				t.Fatal("a server that does not answer answered")
			}
		}
		patience := time.Duration(0)
		if _, ok := b.client.(*goredis.ClusterClient); ok {
			patience = time.Second // it is asked for half of one whether any server answers
		}
		began := time.Now()
		for i := 0; !errors.Is(each(i), breaker.ErrAway); i++ {
			if time.Since(began) > patience {
				t.Fatal("each store finds out by itself that the servers are away")
			}
		}
		began = time.Now()
		away := 0
		for i := range 300 {
			if errors.Is(each(i), breaker.ErrAway) {
				away++
			}
		}
		if took := time.Since(began); took > 500*time.Millisecond || away < 298 {
			t.Errorf("300 calls took %v, of which %d were not made", took, away)
		}
		b.stalled.Store(false)
		for i := range calls {
			servertest.Settles(t, "the stores answer again", func() bool {
				err := each(i)
				return err == nil || errors.Is(err, once.ErrUsed)
			})
		}
	})
}

// A server of a cluster that hangs does not take the others with it, however often it is
// asked.
// SECURITY F-08.
func TestF08_AClusterServesWhatIsOnServersThatAnswer(t *testing.T) {
	o, err := goredis.ParseClusterURL(servertest.Need(t, servertest.RedisCluster))
	if err != nil {
		t.Fatal(err)
	}
	var hung atomic.Value // the address of one that is
	hung.Store("")
	o.ContextTimeoutEnabled = true
	o.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		return &hangable{Conn: c, hung: func() bool { return hung.Load() == addr }}, err
	}
	client := goredis.NewClusterClient(o)
	b := newBench(t, client, new(atomic.Bool))
	used := newOnce(t, b)
	use := func(key once.Key) error {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		return used.Use(ctx, key, start)
	}

	// Keys by the server that has them.
	on := map[string][]once.Key{}
	for i := range 60 {
		key := once.Key{byte(i)}
		name := b.prefix + "used:{" + base64.RawURLEncoding.EncodeToString(key[:]) + "}"
		server := must[*goredis.Client](t)(client.MasterForKey(t.Context(), name)).Options().Addr
		on[server] = append(on[server], key)
	}
	if len(on) < 2 {
		t.Fatalf("the keys are on %d servers", len(on))
	}
	if client.Exists(t.Context(), b.prefix).Err() != nil {
		t.Fatal("the cluster does not answer")
	}
	for server, keys := range on {
		hung.Store(server)
		for range 40 {
			if err := use(keys[0]); err == nil || errors.Is(err, breaker.ErrAway) {
				t.Fatalf("on the server that hangs: %v, want an error of its own", err)
			}
		}
		for other, keys := range on {
			if other == server {
				continue
			}
			if err := used.Use(t.Context(), keys[0], start); err != nil && !errors.Is(err, once.ErrUsed) {
				t.Errorf("on a server that answers: %v", err)
			}
		}
		hung.Store("")
	}
}

type hangable struct {
	net.Conn
	hung func() bool
}

func (c *hangable) Write(b []byte) (int, error) {
	if c.hung() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

func TestABreakerIsOfOneClient(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b, other := open(t), open(t)
		for name, of := range map[string]*redis.Breaker{
			"another client's": redis.NewBreaker(other.client),
			"nobody's":         new(redis.Breaker),
		} {
			_, err := redis.NewOnce(t.Context(), b.client, redis.Options{Prefix: b.prefix, Breaker: of})
			if err == nil || !strings.Contains(err.Error(), "breaker") {
				t.Errorf("%s: %v, want that it is refused", name, err)
			}
		}
	})
}

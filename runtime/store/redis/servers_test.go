package redis_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/store/redis"
)

// A bench is a real server, or a cluster of them, and keys of its own.
type bench struct {
	client  goredis.UniversalClient
	prefix  string
	stalled *atomic.Bool // the servers seem to take everything and to answer nothing
}

func (b *bench) options() redis.Options { return redis.Options{Prefix: b.prefix} }

// onServers runs test on a single server and on a cluster.
func onServers(t *testing.T, test func(t *testing.T, open func(t testing.TB) *bench)) {
	t.Run("single", func(t *testing.T) {
		url := servertest.Need(t, servertest.Redis)
		test(t, func(t testing.TB) *bench { return onServer(t, url) })
	})
	t.Run("cluster", func(t *testing.T) {
		url := servertest.Need(t, servertest.RedisCluster)
		test(t, func(t testing.TB) *bench {
			o, err := goredis.ParseClusterURL(url)
			if err != nil {
				t.Fatal(err)
			}
			stalled := new(atomic.Bool)
			o.ContextTimeoutEnabled, o.Dialer = true, dialer(stalled)
			return newBench(t, goredis.NewClusterClient(o), stalled)
		})
	})
}

// onServer returns a bench on a single server.
func onServer(t testing.TB, url string) *bench {
	o, err := goredis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	stalled := new(atomic.Bool)
	o.ContextTimeoutEnabled, o.Dialer = true, dialer(stalled)
	return newBench(t, goredis.NewClient(o), stalled)
}

// newBench returns a bench, and afterwards holds each of its keys to have an end
// (SECURITY STO-05) and removes it.
func newBench(t testing.TB, client goredis.UniversalClient, stalled *atomic.Bool) *bench {
	b := &bench{client: client, prefix: "authgen-test:" + rand.Text() + ":", stalled: stalled}
	t.Cleanup(func() {
		stalled.Store(false)
		b.eachKey(t, func(ctx context.Context, key string) {
			if life := client.PTTL(ctx, key).Val(); life == -1 && !strings.HasSuffix(key, ":since") {
				t.Errorf("%s has no end", key)
			}
			if err := client.Del(ctx, key).Err(); err != nil {
				t.Error(err)
			}
		})
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// eachKey calls f with every key of the bench.
func (b *bench) eachKey(t testing.TB, f func(ctx context.Context, key string)) {
	t.Helper()
	ctx := context.Background() // the test's is over when it cleans up
	var mu sync.Mutex
	scan := func(ctx context.Context, c *goredis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		keys := c.Scan(ctx, 0, b.prefix+"*", 1000).Iterator()
		for keys.Next(ctx) {
			f(ctx, keys.Val())
		}
		return keys.Err()
	}
	var err error
	switch c := b.client.(type) {
	case *goredis.Client:
		err = scan(ctx, c)
	case *goredis.ClusterClient:
		err = c.ForEachMaster(ctx, scan)
	}
	if err != nil {
		t.Error(err)
	}
}

// keys returns what follows the prefix of each key.
func (b *bench) keys(t testing.TB) []string {
	t.Helper()
	var all []string
	b.eachKey(t, func(_ context.Context, key string) { all = append(all, strings.TrimPrefix(key, b.prefix)) })
	return all
}

// dialer returns one whose connections swallow what is written while stalled says so.
func dialer(stalled *atomic.Bool) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		return &stallable{Conn: c, stalled: stalled}, err
	}
}

type stallable struct {
	net.Conn
	stalled *atomic.Bool
}

func (c *stallable) Write(b []byte) (int, error) {
	if c.stalled.Load() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

// rounds is how often a race is repeated.
func rounds(t testing.TB) int {
	if testing.Short() {
		return 5
	}
	return servertest.Rounds(t, 100)
}

// width is how many race (SECURITY L-08).
const width = 100

// race calls act from many goroutines at once and returns how many of them won; every
// other one has to have lost.
func race(t testing.TB, act func(i int) error, lost func(error) bool) int {
	t.Helper()
	var won atomic.Int64
	gun := make(chan struct{})
	var wg sync.WaitGroup
	for i := range width {
		wg.Go(func() {
			<-gun
			err := act(i)
			for errors.Is(err, breaker.ErrBusy) { // nothing was done
				err = act(i)
			}
			switch {
			case err == nil:
				won.Add(1)
			case !lost(err):
				t.Error(err)
			}
		})
	}
	close(gun)
	wg.Wait()
	return int(won.Load())
}

// A wall is a clock that is set by hand.
type wall struct {
	mu  sync.Mutex
	now time.Time
}

func newWall() *wall { return &wall{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (w *wall) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *wall) add(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// near reports whether a life that was read a moment ago is want.
func near(got, want time.Duration) bool {
	return got <= want && got > want-time.Minute
}

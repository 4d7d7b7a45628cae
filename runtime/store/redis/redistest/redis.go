// Package redistest gives a test keys of its own on a Redis server that the environment
// names: TEST_REDIS_URL (or AUTHGEN_TEST_REDIS), a REDIS_URL. Without one the test is
// skipped, or fails if AUTHGEN_TEST_SERVERS=required.
//
// The keys begin with authgen-test: and a random text; a test that is killed leaves them
// behind, until they end by themselves.
package redistest

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/store/redis"
)

// A Redis is keys of a test's own. What fails ends the test.
type Redis struct {
	// Client is what [redis.Open] returned.
	Client goredis.UniversalClient
	// Prefix begins the keys of the test.
	Prefix string

	t    testing.TB
	url  string
	line servertest.Line
}

// patience is how long something may take that a test does by itself.
const patience = 30 * time.Second

// New returns keys of which there are none yet, and has those that the test makes removed
// at its end.
func New(t testing.TB) *Redis {
	t.Helper()
	_, address := servertest.Find(t, "a Redis server", "TEST_REDIS_URL", servertest.Redis)
	r := &Redis{Prefix: "authgen-test:" + rand.Text() + ":", t: t, url: address}
	r.Client = r.Again()
	t.Cleanup(func() {
		r.Start()
		r.remove(r.Keys())
	})
	return r
}

// Again returns another client of the same server, such as another process would have. It
// is closed at the end of the test.
func (r *Redis) Again() goredis.UniversalClient {
	r.t.Helper()
	client, err := redis.Open(r.url)
	r.check(err)
	switch c := client.(type) {
	case *goredis.Client:
		c.AddHook(over{&r.line})
	case *goredis.ClusterClient:
		c.OnNewNode(func(server *goredis.Client) { server.AddHook(over{&r.line}) })
	default:
		r.t.Fatalf("a client of the type %T has servers that nobody knows", client)
	}
	r.t.Cleanup(func() { _ = client.Close() })
	return client
}

// Stop has the server be away for all clients of the test: connections end, and new ones
// are refused, until Start.
func (r *Redis) Stop() { r.line.Cut() }

// Start is the end of Stop.
func (r *Redis) Start() { r.line.Mend() }

// Flush has the server forget the keys of the test, as one does that comes back empty.
func (r *Redis) Flush() { r.t.Helper(); r.remove(r.Keys()) }

// Keys returns the keys that the test has made, sorted.
func (r *Redis) Keys() []string {
	r.t.Helper()
	ctx, cancel := r.deadline()
	defer cancel()
	var mu sync.Mutex
	var all []string
	r.check(r.each(ctx, func(ctx context.Context, server *goredis.Client) error {
		keys := server.Scan(ctx, 0, r.Prefix+"*", 1000).Iterator()
		for keys.Next(ctx) {
			mu.Lock()
			all = append(all, keys.Val())
			mu.Unlock()
		}
		return keys.Err()
	}))
	slices.Sort(all)
	return slices.Compact(all) // a scan may tell twice
}

// Dump returns all keys that the test has made and what they hold as text, for tests of
// what must not be there.
func (r *Redis) Dump() string {
	r.t.Helper()
	ctx, cancel := r.deadline()
	defer cancel()
	var b strings.Builder
	for _, key := range r.Keys() {
		b.WriteString(key + "\n")
		value, err := r.value(ctx, key)
		r.check(err)
		b.WriteString(value)
	}
	return b.String()
}

// remove removes keys, which may be on different servers.
func (r *Redis) remove(keys []string) {
	r.t.Helper()
	ctx, cancel := r.deadline()
	defer cancel()
	pipe := r.Client.Pipeline()
	for _, key := range keys {
		pipe.Del(ctx, key)
	}
	_, err := pipe.Exec(ctx)
	r.check(err)
}

// value is what a key holds, a line each.
func (r *Redis) value(ctx context.Context, key string) (string, error) {
	kind, err := r.Client.Type(ctx, key).Result()
	if err != nil {
		return "", err
	}
	var parts []string
	switch kind {
	case "none": // it has ended meanwhile
	case "string":
		var text string
		text, err = r.Client.Get(ctx, key).Result()
		parts = []string{text}
	case "hash":
		var fields map[string]string
		fields, err = r.Client.HGetAll(ctx, key).Result()
		for name, text := range fields {
			parts = append(parts, name+" "+text)
		}
	case "zset":
		parts, err = r.Client.ZRange(ctx, key, 0, -1).Result()
	default:
		err = fmt.Errorf("%s is a %s, which nobody here can read", key, kind)
	}
	return strings.Join(append(parts, ""), "\n"), err
}

// each calls f with every server that takes writes.
func (r *Redis) each(ctx context.Context, f func(context.Context, *goredis.Client) error) error {
	switch c := r.Client.(type) {
	case *goredis.Client:
		return f(ctx, c)
	case *goredis.ClusterClient:
		return c.ForEachMaster(ctx, f)
	default:
		return fmt.Errorf("a client of the type %T has servers that nobody knows", c)
	}
}

// deadline is that of something that the test does by itself, also when it is over.
func (r *Redis) deadline() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

func (r *Redis) check(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// over has the connections of a client go over a line.
type over struct{ line *servertest.Line }

// DialHook implements [goredis.Hook].
func (o over) DialHook(next goredis.DialHook) goredis.DialHook {
	return goredis.DialHook(o.line.Over(servertest.DialFunc(next)))
}

// ProcessHook implements [goredis.Hook].
func (o over) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook { return next }

// ProcessPipelineHook implements [goredis.Hook].
func (o over) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
}

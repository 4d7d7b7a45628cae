package redis_test

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/store/redis"
)

// behind returns sessions whose server is behind a proxy, by a client of Open.
func behind(t *testing.T) (*sessions, *servertest.Proxy) {
	t.Helper()
	u, err := url.Parse(servertest.Need(t, servertest.Redis))
	if err != nil {
		t.Fatal("the URL of the server cannot be read")
	}
	proxy := servertest.NewProxy(t, u.Host)
	u.Host = proxy.Addr()
	client := must[goredis.UniversalClient](t)(redis.Open(u.String()))
	b := newBench(t, client, new(atomic.Bool))
	s := newSessions(t, b)
	signIn(t, s, 7, "a")
	return s, proxy
}

// find is a call as a manager of sessions makes it, with its deadline.
func find(ctx context.Context, s *sessions) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, _, err := s.Find(ctx, hashOf("a"))
	return err
}

func returns(t *testing.T, s *sessions) {
	t.Helper()
	began := time.Now()
	servertest.Settles(t, "the session is found again", func() bool { return find(t.Context(), s) == nil })
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("found again after %v", took)
	}
}

// SECURITY F-01, F-10.
func TestF01_RefusedConnections(t *testing.T) {
	s, proxy := behind(t)
	proxy.Down()
	for range 20 {
		began := time.Now()
		if err := find(t.Context(), s); err == nil || noSession(err) {
			t.Fatalf("%v, want an error that is no verdict", err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("a call took %v", took)
		}
	}
	began := time.Now()
	for range 1000 {
		if err := find(t.Context(), s); err == nil || noSession(err) {
			t.Fatalf("%v, want an error that is no verdict", err)
		}
	}
	if took := time.Since(began); took > 500*time.Millisecond {
		t.Errorf("1000 calls took %v", took)
	}
	proxy.Up()
	returns(t, s)
}

// SECURITY F-08, F-10.
func TestF08_HungServer(t *testing.T) {
	s, proxy := behind(t)
	proxy.Hang()
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			began := time.Now()
			if err := find(t.Context(), s); err == nil || noSession(err) {
				t.Errorf("%v, want an error that is no verdict", err)
			}
			if took := time.Since(began); took > 2500*time.Millisecond {
				t.Errorf("a call took %v", took)
			}
		})
	}
	all.Wait()
	if err := find(t.Context(), s); !errors.Is(err, breaker.ErrAway) {
		t.Errorf("%v, want that the server is away", err)
	}
	proxy.Resume()
	returns(t, s)
}

// SECURITY F-10.
// The connections of a server that was restarted are of no use, and do no harm.
func TestF10_CutConnections(t *testing.T) {
	s, proxy := behind(t)
	for range 3 {
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { _ = find(t.Context(), s) })
		}
		all.Wait()
		proxy.Cut()
		returns(t, s)
	}
}

package servers

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/session"
	"github.com/authgen-go/authgen/runtime/store/redis"
)

type (
	person   = account.User[int64, string]
	sessions = redis.Sessions[int64, person]
)

// connectSentinel returns a client of what the Sentinels watch, and sessions in it.
func connectSentinel(t *testing.T, s *Server) (goredis.UniversalClient, *sessions) {
	t.Helper()
	client, err := redis.Open(s.URL)
	do(t, "open", err)
	t.Cleanup(func() { client.Close() })
	anybody := func(_ context.Context, id int64) (person, error) { return person{ID: id}, nil }
	kept, err := redis.NewSessions(t.Context(), client, redis.Int64(), anybody, redis.Options{})
	do(t, "make sessions", err)
	return client, kept
}

// signIn makes the session i, of a user of its own.
func signIn(ctx context.Context, kept *sessions, i int) error {
	now := time.Now()
	return kept.Create(ctx, session.Session[int64]{
		ID: fmt.Sprint("s", i), UserID: int64(i), CreatedAt: now, AuthenticatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(time.Hour),
	}, session.Hash{byte(i), byte(i >> 8), 1})
}

// seek looks for it, with a deadline as a server has.
func seek(ctx context.Context, kept *sessions, i int) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, _, err := kept.Find(ctx, session.Hash{byte(i), byte(i >> 8), 1})
	return err
}

// follow waits until the follower has heard of all that was written.
func follow(t *testing.T, client goredis.UniversalClient) {
	t.Helper()
	if n, err := client.Do(t.Context(), "WAIT", 1, 1500).Int64(); n != 1 || err != nil {
		t.Fatalf("%d followers have heard of it, %v", n, err)
	}
}

// back waits until sessions can be looked for, and fails the test if a call took much
// longer than its deadline, or one was said to be no session before.
func back(t *testing.T, kept *sessions, i int) time.Duration {
	t.Helper()
	began := time.Now()
	for {
		asked := time.Now()
		err := seek(t.Context(), kept, i)
		if took := time.Since(asked); took > 3*time.Second {
			t.Errorf("a call took %v", took)
		}
		switch {
		case err == nil:
			return time.Since(began)
		case errors.Is(err, session.ErrNotFound):
			t.Fatal("the session was said not to be")
		case time.Since(began) > patience:
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// SECURITY F-19, F-10.
// What a follower has heard of outlives the server that it follows: nobody is signed out,
// and there is no restart of whoever uses it.
func TestF19_SessionsSurviveAFailover(t *testing.T) {
	t.Parallel()
	s := begin(t, RedisSentinel())
	client, kept := connectSentinel(t, s)
	const many = 500
	for i := range many {
		do(t, "sign in", signIn(t.Context(), kept, i))
	}
	follow(t, client)
	do(t, "kill", s.Processes()[0].Kill())
	t.Logf("back after %v", back(t, kept, 0))
	for i := range many {
		if err := seek(t.Context(), kept, i); err != nil {
			t.Fatalf("session %d: %v", i, err)
		}
	}
	do(t, "sign in", signIn(t.Context(), kept, many))
	do(t, "find", seek(t.Context(), kept, many))
	do(t, "end", kept.DeleteByID(t.Context(), 0, "s0"))
	if err := seek(t.Context(), kept, 0); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("a session that was ended: %v", err)
	}
}

// SECURITY F-19.
// What no follower has heard of is lost with the server, though it was confirmed: a
// session is gone, and one that was ended is there again. It is why the documentation has
// what must not come back in a database.
func TestF19_WhatAFailoverLoses(t *testing.T) {
	t.Parallel()
	s := begin(t, RedisSentinel())
	client, kept := connectSentinel(t, s)
	for i := range 2 {
		do(t, "sign in", signIn(t.Context(), kept, i))
	}
	follow(t, client)
	first, second := s.Processes()[0], s.Processes()[1]
	do(t, "kill the follower", second.Kill())
	do(t, "sign in", signIn(t.Context(), kept, 2))
	do(t, "end", kept.DeleteByID(t.Context(), 1, "s1"))
	do(t, "kill", first.Kill())
	do(t, "restart the follower", second.Restart(t.Context()))
	t.Logf("back after %v", back(t, kept, 0))
	if err := seek(t.Context(), kept, 2); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("a session that only the first server knew: %v", err)
	}
	if err := seek(t.Context(), kept, 1); err != nil {
		t.Errorf("a session whose end only the first server knew: %v", err)
	}
}

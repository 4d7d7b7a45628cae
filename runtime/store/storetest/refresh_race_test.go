package storetest_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

var tokenKey = bytes.Repeat([]byte{7}, 32)

type refreshService = refresh.Service[uuid.UUID, user[uuid.UUID]]

// tokenBackends are the storages that tests of the whole run on.
func tokenBackends(t *testing.T) map[string]storetest.TokenStores[uuid.UUID, role] {
	return map[string]storetest.TokenStores[uuid.UUID, role]{
		"memory": memoryTokens(memoryUUID(t)),
		"sqlite": sqliteTokenStores(t, textStores(t, file(t)), "TEXT   "),
	}
}

func newRefresh(t testing.TB, s storetest.TokenStores[uuid.UUID, role], change func(*refresh.Config[uuid.UUID, user[uuid.UUID]])) *refreshService {
	t.Helper()
	cfg := refresh.Config[uuid.UUID, user[uuid.UUID]]{
		Store: s.Families, Key: tokenKey, SweepInterval: -1,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	change(&cfg)
	service, err := refresh.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close(context.Background()) }) // its error is nil
	return service
}

func newUser(t testing.TB, users account.Storage[uuid.UUID, role], email string) user[uuid.UUID] {
	t.Helper()
	u, err := users.Create(t.Context(), account.Record[uuid.UUID, role]{
		User: user[uuid.UUID]{ID: uuid.New(), Email: email, Roles: roles[:1], CreatedAt: time.Now()}, PasswordHash: "hash",
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Many clients, or one that is impatient, use one token at once: all get the same
// next one, and go on with that. Nobody is taken for a thief. The callers of a round
// read a clock that moves under them.
// SECURITY REF-04.
func TestREF04_ParallelRefreshesGetOneSuccessor(t *testing.T) {
	const width = 100
	rounds := 1000
	switch {
	case testing.Short():
		rounds = 20
	case raceDetector:
		rounds = 100 // SQLite takes forty times as long
	}
	rounds = servertest.Rounds(t, rounds)
	for name, stores := range tokenBackends(t) {
		t.Run(name, func(t *testing.T) {
			var nanos atomic.Int64
			nanos.Store(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC).UnixNano())
			events := &audittest.Recorder{}
			s := newRefresh(t, stores, func(c *refresh.Config[uuid.UUID, user[uuid.UUID]]) {
				c.Now = func() time.Time { return time.Unix(0, nanos.Add(int64(time.Millisecond))) }
				c.Audit, c.StoreTimeout = events, time.Minute
			})
			u := newUser(t, stores.Users, "ada@example.com")
			family, token, err := s.Start(t.Context(), u.ID, u.Version)
			if err != nil {
				t.Fatal(err)
			}
			for round := range rounds {
				events.Reset()
				next := make([]string, width)
				rotateAtOnce(t, s, token, next)
				for i, got := range next {
					if got != next[0] || got == token || got == "" {
						t.Fatalf("round %d: caller %d has another token than caller 0", round, i)
					}
				}
				token = next[0]
				replaced := 0
				for _, e := range events.Events() {
					if e.Type != audit.TokenRefreshed || e.Outcome != audit.Success || e.Target != family.ID.String() {
						t.Fatalf("round %d: event %+v", round, e)
					}
					if e.Reason == "" {
						replaced++
					}
				}
				if replaced != 1 {
					t.Fatalf("round %d: the token was replaced %d times", round, replaced)
				}
			}
			f, _, err := stores.Families.Find(t.Context(), family.ID)
			if err != nil || f.Counter != int64(1+rounds) {
				t.Errorf("counter %d, %v; want %d", f.Counter, err, 1+rounds)
			}
			if n, err := stores.Families.EndByUser(t.Context(), u.ID, refresh.ID{}); n != 1 || err != nil {
				t.Errorf("%d families, %v; want 1", n, err)
			}
		})
	}
}

// rotateAtOnce uses a token as often as next is long.
func rotateAtOnce(t *testing.T, s *refreshService, token string, next []string) {
	t.Helper()
	gun := make(chan struct{})
	var wg sync.WaitGroup
	for i := range next {
		wg.Go(func() {
			ref, err := s.Parse(token)
			<-gun
			if err == nil {
				_, _, next[i], err = s.Rotate(t.Context(), ref)
			}
			if err != nil {
				t.Errorf("caller %d: %v", i, err)
			}
		})
	}
	close(gun)
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

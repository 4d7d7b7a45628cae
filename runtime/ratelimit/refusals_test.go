package ratelimit_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// A table is a [ratelimit.Store] that counts its statements.
type table struct {
	mu         sync.Mutex
	full       map[ratelimit.Key]ratelimit.Moment
	statements int
}

func (s *table) Reserve(_ context.Context, r ratelimit.Reservation) (ratelimit.Moment, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statements++
	if s.full[r.Key] > r.Latest {
		return s.full[r.Key], false, nil
	}
	s.full[r.Key] = max(s.full[r.Key], r.Now) + ratelimit.Moment(r.Interval)
	return s.full[r.Key], true, nil
}

func (s *table) Advance(_ context.Context, key ratelimit.Key, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statements++
	s.full[key] -= ratelimit.Moment(d)
	return nil
}

func (s *table) Full(_ context.Context, key ratelimit.Key) (ratelimit.Moment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statements++
	return s.full[key], nil
}

func (s *table) DeleteFull(context.Context, time.Time, int) (int, error) { return 0, nil }

func onTable(t *testing.T, w *wall) (*table, *ratelimit.Shared) {
	t.Helper()
	s := &table{full: map[ratelimit.Key]ratelimit.Moment{}}
	l, err := ratelimit.NewShared(ratelimit.SharedConfig{Store: s, SweepInterval: -1, Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return s, l
}

// SECURITY RL-04.
func TestRL04_AFloodAtOneAccountDoesNotQueueForItsRow(t *testing.T) {
	s, l := onTable(t, newWall())
	g := ratelimit.NewGate("login", l, fivePerMinute, nil).Growing()
	var passed atomic.Int64
	var wg sync.WaitGroup
	for i := range 500 {
		wg.Go(func() {
			if g.Enter(nil, from(fmt.Sprintf("10.0.%d.%d:1", i>>8, i&255)), "ada") == nil {
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	if passed.Load() != 5 || s.statements > 50 {
		t.Errorf("%d of 500 guesses passed with %d statements, want 5 with 50 at most", passed.Load(), s.statements)
	}
}

func TestARefusalIsKnownUntilATakeComesBack(t *testing.T) {
	w := newWall()
	s, l := onTable(t, w)
	for range 5 {
		take(t, l, "a", fivePerMinute)
	}
	if got := take(t, l, "a", fivePerMinute); got != refused(12*time.Second) {
		t.Fatalf("%+v", got)
	}
	before := s.statements
	w.add(3 * time.Second)
	if got := take(t, l, "a", fivePerMinute); got != refused(9*time.Second) || s.statements != before {
		t.Errorf("%+v with %d statements, want none", got, s.statements-before)
	}
	giveBack(t, l, "a", fivePerMinute, 1)
	if got := take(t, l, "a", fivePerMinute); got != allowed(0) {
		t.Errorf("after one was given back: %+v", got)
	}
	take(t, l, "a", fivePerMinute)
	before = s.statements
	w.add(5 * time.Second) // another process may have given back
	take(t, l, "a", fivePerMinute)
	if s.statements == before {
		t.Error("a refusal is believed for too long")
	}
}

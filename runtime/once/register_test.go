package once_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/once"
	"github.com/authgen-go/authgen/runtime/store/memory"
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 891234567, time.FixedZone("east", 2*60*60))

var errDown = errors.New("connection refused")

// A store is a storage that can be told to fail, and keeps what it was asked.
type store struct {
	once.Store
	mu     sync.Mutex
	keys   []once.Key
	untils []time.Time
	sweeps int
	before func(ctx context.Context) error
}

// hook makes every call ask before first.
func (s *store) hook(before func(ctx context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = before
}

// down makes every call fail.
func (s *store) down() { s.hook(func(context.Context) error { return errDown }) }

func (s *store) up() { s.hook(nil) }

// swept is how many statements there were.
func (s *store) swept() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sweeps
}

// called notes a call and runs the hook.
func (s *store) called(ctx context.Context, note func()) error {
	s.mu.Lock()
	note()
	before := s.before
	s.mu.Unlock()
	if before == nil {
		return nil
	}
	return before(ctx)
}

func (s *store) Use(ctx context.Context, key once.Key, until time.Time) error {
	if err := s.called(ctx, func() { s.keys, s.untils = append(s.keys, key), append(s.untils, until) }); err != nil {
		return err
	}
	return s.Store.Use(ctx, key, until)
}

func (s *store) DeleteUsed(ctx context.Context, now time.Time, limit int) (int, error) {
	if err := s.called(ctx, func() { s.sweeps++ }); err != nil {
		return 0, err
	}
	return s.Store.DeleteUsed(ctx, now, limit)
}

// register returns a Register over a storage in memory that does not sweep by itself.
func register(t *testing.T, change ...func(*once.Config)) (*once.Register, *store) {
	t.Helper()
	s := &store{Store: memory.NewOnce()}
	cfg := once.Config{
		Store: s, SweepInterval: -1, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Now: func() time.Time { return start },
	}
	for _, f := range change {
		f(&cfg)
	}
	g, err := once.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g, s
}

func TestARegisterNeedsAStore(t *testing.T) {
	if _, err := once.New(once.Config{}); err == nil || !strings.Contains(err.Error(), "a Store is required") {
		t.Errorf("without a Store: %v", err)
	}
}

// SECURITY OAS-07.
func TestOAS07_AValueIsUsedOnce(t *testing.T) {
	g, _ := register(t)
	use := func(kind, value string) error { return g.Use(t.Context(), kind, value, start.Add(time.Minute)) }
	for _, pair := range [][2]string{
		{"login", "a"}, {"login", "b"}, {"assertion", "a"}, // kinds have nothing to do with each other
		{"", ""}, {"x", "yz"}, {"xy", "z"}, {"xyz", ""}, {"", "xyz"}, // and do not run into values
		{"1:x", "y"}, {"", "1:xy"}, {"login", "A"}, {"login", "a "}, {"login", "\x00"},
	} {
		if err := use(pair[0], pair[1]); err != nil {
			t.Errorf("%q for the first time: %v", pair, err)
		}
		if err := use(pair[0], pair[1]); !errors.Is(err, once.ErrUsed) {
			t.Errorf("%q again: %v, want ErrUsed", pair, err)
		}
	}
}

// SECURITY OAS-07.
func TestOAS07_OfManyUsesOneSucceeds(t *testing.T) {
	g, err := once.New(once.Config{Store: memory.NewOnce(), SweepInterval: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	for round := range 50 {
		var won atomic.Int64
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				switch err := g.Use(t.Context(), "login", fmt.Sprint(round), start); {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, once.ErrUsed):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d of 50 won", won.Load())
		}
	}
}

// What is stored is of no use to whoever reads it, and says when it ends as a storage
// keeps times.
func TestOnlyADigestIsStored(t *testing.T) {
	g, s := register(t)
	if err := g.Use(t.Context(), "login", "the-secret-state", start); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%s %x", s.keys[0], s.keys[0]); strings.Contains(got, "secret") || strings.Contains(got, fmt.Sprintf("%x", "secret")) {
		t.Errorf("the value is in what is stored: %s", got)
	}
	if want := start.UTC().Truncate(time.Microsecond); s.untils[0] != want {
		t.Errorf("stored until %v, want %v", s.untils[0], want)
	}
}

// SECURITY F-06: what cannot be known is no verdict, in either direction.
func TestAStoreThatIsDownIsNoVerdict(t *testing.T) {
	g, s := register(t)
	s.down()
	if err := g.Use(t.Context(), "login", "a", start); !errors.Is(err, errDown) || errors.Is(err, once.ErrUsed) {
		t.Errorf("down: %v", err)
	}
	if _, err := g.Sweep(t.Context()); !errors.Is(err, errDown) {
		t.Errorf("sweep while down: %v", err)
	}
	s.up()
	if err := g.Use(t.Context(), "login", "a", start); err != nil {
		t.Errorf("up again: %v", err)
	}
}

// SECURITY F-08.
func TestAStoreThatHangsIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, s := register(t)
		s.hook(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		begin := time.Now()
		if err := g.Use(t.Context(), "login", "a", start); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it hangs: %v", err)
		}
		if d := time.Since(begin); d != once.DefaultStoreTimeout {
			t.Errorf("it took %v", d)
		}
	})
}

// SECURITY STO-05: whatever the number, and nothing that has not ended.
func TestSTO05_WhatEndedIsSwept(t *testing.T) {
	g, s := register(t)
	const ended = 2500 // more than two statements remove
	for i := range ended {
		if err := g.Use(t.Context(), "login", fmt.Sprint(i), start.Add(-time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Use(t.Context(), "login", "live", start.Add(time.Microsecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := g.Sweep(t.Context()); n != ended || err != nil {
		t.Errorf("swept %d, %v; want %d", n, err, ended)
	}
	if s.swept() != 3 {
		t.Errorf("%d statements, want 3", s.swept())
	}
	if err := g.Use(t.Context(), "login", "live", start); !errors.Is(err, once.ErrUsed) {
		t.Errorf("what is alive was swept: %v", err)
	}
}

// Sweeping goes on by itself, says once when it cannot, and ends with the Register.
func TestARegisterSweepsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := &store{Store: memory.NewOnce()}
		g, err := once.New(once.Config{Store: s, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Use(t.Context(), "login", "a", time.Now()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(once.DefaultSweepInterval * 12 / 10)
		synctest.Wait()
		if s.swept() != 1 {
			t.Fatalf("swept %d times, want once", s.swept())
		}
		if err := g.Use(t.Context(), "login", "a", time.Now()); err != nil {
			t.Errorf("what ended was not swept: %v", err)
		}
		s.down()
		time.Sleep(once.DefaultSweepInterval * 5)
		g.Close()
		if n := strings.Count(log.String(), "cannot be removed"); n != 1 || !strings.Contains(log.String(), "used values") {
			t.Errorf("the log says it %d times: %s", n, log.String())
		}
		swept := s.swept()
		time.Sleep(once.DefaultSweepInterval * 5)
		if s.swept() != swept {
			t.Error("it sweeps after Close")
		}
	})
}

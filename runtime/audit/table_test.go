package audit_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// A rows is a store of events in memory.
type rows struct {
	mu     sync.Mutex
	events []audit.Event
	limits []int
	err    error
}

func (s *rows) Append(_ context.Context, events []audit.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.events = append(s.events, events...)
	}
	return s.err
}

func (s *rows) DeleteBefore(_ context.Context, t time.Time, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = append(s.limits, limit)
	n := 0
	s.events = slices.DeleteFunc(s.events, func(e audit.Event) bool {
		if n == limit || !e.Time.Before(t) {
			return false
		}
		n++
		return true
	})
	return n, s.err
}

func (s *rows) Ping(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *rows) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.events)
}

// SECURITY LOG-01 and LOG-03.
func TestLOG01_TheTableKeepsCleanEvents(t *testing.T) {
	store := &rows{}
	table, err := audit.NewTable(audit.TableConfig{Store: store, SweepInterval: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	at := time.Date(2026, 3, 4, 5, 6, 7, 891234567, time.FixedZone("east", 2*60*60))
	given := []audit.Event{{Time: at, Type: audit.Login, Target: "a\r\nb\x00" + strings.Repeat("x", 10<<10)}}
	if err := table.Write(t.Context(), given); err != nil {
		t.Fatal(err)
	}
	got := store.events[0]
	if !got.Time.Equal(at.Truncate(time.Microsecond)) || got.Time.Location() != time.UTC || len(got.Target) > audit.MaxField || strings.ContainsAny(got.Target, "\r\n\x00") {
		t.Errorf("%+v", got)
	}
	if given[0].Time != at {
		t.Error("the events that were given are changed")
	}
	store.err = errSink
	if err := errors.Join(table.Write(t.Context(), given)); !errors.Is(err, errSink) {
		t.Errorf("err = %v", err)
	}
	if err := table.Ping(t.Context()); !errors.Is(err, errSink) {
		t.Errorf("err = %v", err)
	}
}

// SECURITY STO-05.
func TestSTO05_OldEventsAreSweptInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &rows{}
		table, err := audit.NewTable(audit.TableConfig{Store: store, Retention: 48 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		store.mu.Lock()
		for range 2500 {
			store.events = append(store.events, audit.Event{Time: time.Now()})
		}
		store.mu.Unlock()
		time.Sleep(47 * time.Hour)
		if store.count() != 2500 {
			t.Fatalf("%d events are left too early", store.count())
		}
		store.mu.Lock()
		store.events = append(store.events, audit.Event{Time: time.Now()})
		store.limits = nil
		store.mu.Unlock()
		time.Sleep(3 * time.Hour)
		table.Close()
		if store.count() != 1 || slices.Max(store.limits) > 1000 {
			t.Fatalf("%d events are left, by statements of %v", store.count(), store.limits)
		}
	})
}

func TestNewTableRefuses(t *testing.T) {
	for _, cfg := range []audit.TableConfig{{}, {Store: &rows{}, Retention: -1}} {
		if _, err := audit.NewTable(cfg); err == nil {
			t.Errorf("%+v is accepted", cfg)
		}
	}
}

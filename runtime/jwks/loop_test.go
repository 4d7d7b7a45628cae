package jwks_test

import (
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/token"
)

// A script is a network that answers at once, as it is told, and keeps when it was
// asked.
type script struct {
	mu     sync.Mutex
	answer func() (*http.Response, error)
	asked  []time.Time
}

func (s *script) RoundTrip(*http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, time.Now())
	return s.answer()
}

func (s *script) says(text string, header ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = func() (*http.Response, error) { return response(text, header...), nil }
}

func (s *script) down() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = func() (*http.Response, error) { return nil, errors.New("connection refused") }
}

// intervals returns the times between the fetches so far, and forgets all but the last.
func (s *script) intervals() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var between []time.Duration
	for i := 1; i < len(s.asked); i++ {
		between = append(between, s.asked[i].Sub(s.asked[i-1]))
	}
	s.asked = s.asked[max(len(s.asked)-1, 0):]
	return between
}

// within fails the test unless there are n intervals of 9/10 of d to d, which differ.
func within(t *testing.T, what string, got []time.Duration, n int, d time.Duration) {
	t.Helper()
	if len(got) < n || slices.Min(got) < d-d/10 || slices.Max(got) > d || slices.Min(got) == slices.Max(got) {
		t.Errorf("%s: intervals %v, want %d of %v", what, got, n, d)
	}
}

// SECURITY KEY-04.
func TestKEY04_KeysAreFetchedInTheBackground(t *testing.T) {
	for name, c := range map[string]struct {
		header string
		change func(*jwks.Config)
		want   time.Duration
	}{
		"default":              {"", func(*jwks.Config) {}, 10 * time.Minute},
		"configured":           {"", func(c *jwks.Config) { c.MaxAge = time.Minute }, time.Minute},
		"the issuer's word":    {"public, max-age=60", func(*jwks.Config) {}, time.Minute},
		"too short a word":     {"max-age=0", func(*jwks.Config) {}, time.Second},
		"too long a word":      {"max-age=99999999", func(c *jwks.Config) { c.MaxStale = 100 * 24 * time.Hour }, 24 * time.Hour},
		"longer than MaxStale": {"max-age=86400", func(c *jwks.Config) { c.MaxStale = time.Hour }, 30 * time.Minute},
		"not to be kept":       {"no-cache, no-store, max-age=0, must-revalidate", func(*jwks.Config) {}, 10 * time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			leaves, stays := newKey(t), newKey(t)
			n := new(script)
			n.says(setOf(t, leaves, stays), "Cache-Control", c.header)
			r := bubble(t, n, c.change)
			r.Start()
			defer r.Close()
			if _, err := r.VerifyKey(t.Context(), leaves.ID()); err != nil { // waits for the first fetch
				t.Error(err)
			}
			time.Sleep(20 * c.want)
			within(t, name, n.intervals(), 20, c.want)
			n.says(setOf(t, stays), "Cache-Control", c.header)
			time.Sleep(c.want)
			synctest.Wait()
			if _, err := r.VerifyKey(t.Context(), leaves.ID()); !errors.Is(err, token.ErrUnknownKey) {
				t.Errorf("%s: a key that left is still there: %v", name, err)
			}
		})
	}
}

// SECURITY F-22, F-10.
func TestF22_WhatFailsIsTriedAgainMoreAndMoreRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := new(script)
		n.down()
		r := bubble(t, n)
		r.Start()
		defer r.Close()
		time.Sleep(time.Hour)
		got := n.intervals()
		for i, want := range []time.Duration{1, 2, 4, 8, 16} {
			if d := want * time.Second; got[i] > d || got[i] < d-d/10 {
				t.Errorf("%d. retry after %v, want %v", i+1, got[i], d)
			}
		}
		within(t, "retries", got[5:], 100, 30*time.Second)
		k := newKey(t)
		n.says(setOf(t, k))
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if err := r.Ready(t.Context()); err != nil {
			t.Error(err)
		}
		n.intervals()
		time.Sleep(3 * time.Hour)
		within(t, "up again", n.intervals(), 18, 10*time.Minute)
		n.down()
		time.Sleep(10*time.Minute + 2*time.Second)
		if got := n.intervals(); got[1] > time.Second {
			t.Errorf("the first retry of the next outage: %v", got)
		}
	})
}

// SECURITY F-23. Tokens with unknown keys do not make the background fetch more.
func TestF23_AtMostOneAttemptACooldown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := new(script)
		n.says(setOf(t, newKey(t)), "Cache-Control", "max-age=86400")
		r := bubble(t, n, func(c *jwks.Config) { c.MaxStale = 48 * time.Hour })
		r.Start()
		defer r.Close()
		synctest.Wait()
		n.down()
		for range 10_000 {
			time.Sleep(100 * time.Millisecond)
			_, _ = r.VerifyKey(t.Context(), "junk")
		}
		got := n.intervals()
		if len(got) != 33 || slices.Min(got) < 30*time.Second {
			t.Errorf("%d attempts in 1000 s: %v", len(got), got)
		}
	})
}

// A panic in what is somebody else's does not end the process (SECURITY F-33).
func TestAPanicIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := new(script)
		n.answer = func() (*http.Response, error) { panic("no network") }
		r := bubble(t, n)
		r.Start()
		defer r.Close()
		if _, err := r.VerifyKey(t.Context(), "k"); err == nil || errors.Is(err, token.ErrUnknownKey) {
			t.Error(err)
		}
		n.says(setOf(t, newKey(t)))
		time.Sleep(time.Second)
		synctest.Wait()
		if err := r.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

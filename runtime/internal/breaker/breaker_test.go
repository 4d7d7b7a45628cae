package breaker_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
)

var (
	errRefused = fmt.Errorf("find: %w", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED})
	errVerdict = errors.New("no such row")
)

func newBreaker(cfg breaker.Config) *breaker.Breaker {
	cfg.Away = breaker.Unreached
	if cfg.InFlight == 0 {
		cfg.InFlight = 10
	}
	return breaker.New(cfg)
}

// A store counts the calls that reach it and answers what it is told to.
type store struct {
	calls atomic.Int64
	err   error
}

func (s *store) call(context.Context) error {
	s.calls.Add(1)
	return s.err
}

// made tells how many of n calls, one after the other, reached the store.
func (s *store) made(t *testing.T, b *breaker.Breaker, n int) int {
	t.Helper()
	before := s.calls.Load()
	for range n {
		reached := s.calls.Load()
		err := b.Do(t.Context(), s.call)
		switch {
		case s.calls.Load() > reached && !errors.Is(err, s.err):
			t.Fatalf("a call that was made answered %v, want %v", err, s.err)
		case s.calls.Load() == reached && !errors.Is(err, breaker.ErrAway):
			t.Fatalf("a call that was not made answered %v", err)
		}
	}
	return int(s.calls.Load() - before)
}

// SECURITY F-01.
// Once it is known that the store is away nobody waits for it but who finds out whether
// it is back.
func TestF01_OutageIsAskedAboutByOneCallAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := newBreaker(breaker.Config{}), &store{err: errRefused}
		if n := s.made(t, b, 1000); n != 5 {
			t.Errorf("%d calls failed before the store was away, want 5", n)
		}
		time.Sleep(499 * time.Millisecond)
		if n := s.made(t, b, 1000); n != 0 {
			t.Errorf("%d calls were made at once", n)
		}
		for range 10 {
			time.Sleep(501 * time.Millisecond)
			if n := s.made(t, b, 1000); n != 1 {
				t.Errorf("%d calls were made to find out, want 1", n)
			}
		}
	})
}

// SECURITY F-10.
func TestF10_FirstSuccessWithinAProbeOfReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := newBreaker(breaker.Config{}), &store{err: errRefused}
		s.made(t, b, 10)
		time.Sleep(5 * time.Minute)
		s.made(t, b, 10)
		s.err = nil
		time.Sleep(500 * time.Millisecond)
		if n := s.made(t, b, 1000); n != 1000 {
			t.Errorf("%d of 1000 calls were made after the return", n)
		}
	})
}

// SECURITY F-01.
// A store of several servers is given up when none of them answers. Until that is known
// calls are made.
func TestF01_NoServerOfSeveralAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := newBreaker(breaker.Config{Failures: 3, Answers: func() bool {
			time.Sleep(500 * time.Millisecond)
			return false
		}}), &store{err: errRefused}
		if n := s.made(t, b, 10); n != 10 {
			t.Errorf("%d of 10 calls were made before it was known that no server answers", n)
		}
		time.Sleep(500 * time.Millisecond)
		synctest.Wait()
		if n := s.made(t, b, 1000); n != 0 {
			t.Errorf("%d calls were made after that", n)
		}
		s.err = nil
		time.Sleep(500 * time.Millisecond)
		if n := s.made(t, b, 1000); n != 1000 {
			t.Errorf("%d of 1000 calls were made after the return", n)
		}
	})
}

// One server of several does not take the others with it, and they are not asked more
// than every now and then whether they are there.
func TestOneServerOfSeveralIsNoOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		b, s := newBreaker(breaker.Config{Failures: 3, Answers: func() bool {
			asked.Add(1)
			return true
		}}), &store{err: errRefused}
		for range 100 {
			if n := s.made(t, b, 10); n != 10 {
				t.Errorf("%d of 10 calls were made", n)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if n := asked.Load(); n < 10 || n > 20 {
			t.Errorf("asked %d times in 10 s, want one every half second", n)
		}
	})
}

// What a call found out is not forgotten for what nobody answered meanwhile.
func TestAnAnswerWhileNobodyAnsweredIsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := newBreaker(breaker.Config{Failures: 3, Answers: func() bool {
			time.Sleep(500 * time.Millisecond)
			return false
		}}), &store{err: errRefused}
		s.made(t, b, 3)
		s.err = nil
		s.made(t, b, 1)
		time.Sleep(time.Second)
		if n := s.made(t, b, 10); n != 10 {
			t.Errorf("%d of 10 calls were made", n)
		}
	})
}

// SECURITY F-10.
// Servers that came back are found also by who asks for what is on one that did not.
func TestF10_SomeServersOfSeveralReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var answers atomic.Bool
		b, s := newBreaker(breaker.Config{Failures: 3, Answers: answers.Load}), &store{err: errRefused}
		s.made(t, b, 3)
		synctest.Wait()
		if n := s.made(t, b, 10); n != 0 {
			t.Fatalf("%d calls were made", n)
		}
		answers.Store(true)
		time.Sleep(501 * time.Millisecond)
		s.made(t, b, 1)
		synctest.Wait()
		if n := s.made(t, b, 2); n != 2 {
			t.Errorf("%d of 2 calls were made after a server answered", n)
		}
	})
}

// What is no failure of the store does not open it, and shows that it answers.
func TestVerdictsAreAnswers(t *testing.T) {
	b, s := newBreaker(breaker.Config{}), &store{}
	for range 100 {
		s.err = errRefused
		s.made(t, b, 4)
		s.err = errVerdict
		s.made(t, b, 1)
	}
	if s.calls.Load() != 500 {
		t.Errorf("%d of 500 calls were made", s.calls.Load())
	}
	s.err = errRefused
	s.made(t, b, 10)
	synctest.Test(t, func(t *testing.T) {
		b, s := newBreaker(breaker.Config{}), &store{err: errRefused}
		s.made(t, b, 10)
		s.err = errVerdict
		time.Sleep(time.Second)
		if n := s.made(t, b, 10); n != 10 {
			t.Errorf("%d of 10 calls were made after a probe that was answered", n)
		}
	})
}

// A client that goes away says nothing about the store.
func TestCancelledCallsDoNotOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := newBreaker(breaker.Config{}), &store{}
		gone := func() {
			ctx, cancel := context.WithCancel(t.Context())
			_ = b.Do(ctx, func(context.Context) error {
				s.calls.Add(1)
				cancel()
				return &net.OpError{Op: "read", Err: context.Canceled}
			})
		}
		for range 100 {
			gone()
		}
		if n := s.made(t, b, 10); n != 10 {
			t.Errorf("%d of 10 calls were made", n)
		}
		// Nor does it, as a probe, keep the next from being one.
		s.err = errRefused
		s.made(t, b, 10)
		time.Sleep(time.Second)
		gone()
		if n := s.made(t, b, 10); n != 1 {
			t.Errorf("%d calls were made after a probe that was cancelled, want 1", n)
		}
	})
}

func TestPanicsLeaveNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := newBreaker(breaker.Config{InFlight: 1}), &store{}
		panics := func() {
			defer func() { _ = recover() }()
			_ = b.Do(t.Context(), func(context.Context) error { panic("call") })
		}
		panics()
		if n := s.made(t, b, 1); n != 1 {
			t.Error("a call that panicked kept its turn")
		}
		s.err = errRefused
		s.made(t, b, 10)
		time.Sleep(time.Second)
		panics()
		if n := s.made(t, b, 1); n != 1 {
			t.Error("a probe that panicked is still on")
		}
	})
}

// SECURITY F-08.
// A store that takes calls and never answers costs each of the first its deadline, and
// from then on one call at a time a second.
func TestF08_HungStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBreaker(breaker.Config{InFlight: 20})
		hang := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		var slow, all atomic.Int64
		var clients sync.WaitGroup
		for range 100 {
			clients.Go(func() {
				for range 60 {
					ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
					begin := time.Now()
					if err := b.Do(ctx, hang); err == nil {
						t.Error("a hung store answered")
					}
					cancel()
					all.Add(1)
					if time.Since(begin) > 500*time.Millisecond {
						slow.Add(1)
					}
					time.Sleep(time.Second - 1)
				}
			})
		}
		clients.Wait()
		if n := slow.Load(); n > 20+60 {
			t.Errorf("%d of %d calls waited", n, all.Load())
		}
	})
}

// SECURITY F-09.
// While calls take a second each no more than may be are waited for, the others are told
// within half of one, and nothing is left when the store is quick again.
func TestF09_SlowStoreSheds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const inFlight = 20
		b := newBreaker(breaker.Config{InFlight: inFlight})
		var takes atomic.Int64
		takes.Store(int64(time.Second))
		var now, most, served, shed atomic.Int64
		call := func(context.Context) error {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(time.Duration(takes.Load()))
			return nil
		}
		var clients sync.WaitGroup
		for range 1000 {
			clients.Go(func() {
				for range 60 {
					begin := time.Now()
					err := b.Do(t.Context(), call)
					took := time.Since(begin)
					switch {
					case err == nil && took <= 1500*time.Millisecond:
						served.Add(1)
					case errors.Is(err, breaker.ErrBusy) && took <= 500*time.Millisecond:
						shed.Add(1)
						time.Sleep(500 * time.Millisecond)
					default:
						t.Errorf("%v after %v", err, took)
					}
				}
			})
		}
		time.Sleep(30 * time.Second)
		if most.Load() > inFlight || served.Load() < 20*25 || shed.Load() == 0 {
			t.Errorf("most in flight %d, served %d, shed %d", most.Load(), served.Load(), shed.Load())
		}
		takes.Store(int64(time.Millisecond))
		time.Sleep(2 * time.Second)
		shed.Store(0)
		clients.Wait()
		if shed.Load() != 0 {
			t.Errorf("%d calls were shed by a quick store", shed.Load())
		}
	})
}

// Who waits for a turn goes when its own time is over.
func TestWaitEndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBreaker(breaker.Config{InFlight: 1})
		release := make(chan struct{})
		go func() { _ = b.Do(t.Context(), func(context.Context) error { <-release; return nil }) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if err := b.Do(ctx, func(context.Context) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		close(release)
	})
}

func TestUnreached(t *testing.T) {
	for err, want := range map[error]bool{
		errRefused:                 true,
		errVerdict:                 false,
		io.EOF:                     true,
		io.ErrUnexpectedEOF:        true,
		net.ErrClosed:              true,
		context.DeadlineExceeded:   true,
		context.Canceled:           false,
		&net.DNSError{Err: "gone"}: true,
		&net.OpError{Op: "read", Err: syscall.ECONNRESET}: true,
	} {
		if got := breaker.Unreached(fmt.Errorf("wrapped: %w", err)); got != want {
			t.Errorf("%v: %v, want %v", err, got, want)
		}
	}
}

// What a call costs that is made.
func BenchmarkDo(b *testing.B) {
	br := newBreaker(breaker.Config{})
	call := func(context.Context) error { return nil }
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = br.Do(b.Context(), call)
		}
	})
	b.Run("parallel", func(b *testing.B) {
		ctx := b.Context()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				_ = br.Do(ctx, call)
			}
		})
	})
}

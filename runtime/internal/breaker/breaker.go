package breaker

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// Errors of calls that were not made.
var (
	// ErrAway: the store did not answer a moment ago.
	ErrAway = errors.New("the store is away")
	// ErrBusy: the store has as many calls as it may have, and answered none of them soon.
	ErrBusy = errors.New("the store is busy")
)

// Config says how a store is treated. What is zero is the default.
type Config struct {
	// Away reports whether an error means that the store did not answer: that it could not
	// be reached or that it took too long. What the store itself answered does not. An
	// ended context of the caller is no such error and need not be told apart. Required.
	Away func(error) bool
	// Failures in a row are an outage; default 5.
	Failures int
	// Answers finds out whether any server of a store that has several of them answers,
	// and ends soon by itself. Failures in a row may be those of one server; where Answers
	// is not nil they are an outage only if it answers false too. It is called on a
	// goroutine of its own, one at a time and at most once in ProbeEvery.
	Answers func() bool
	// ProbeEvery is how long after a failed probe there is another; default 500 ms.
	ProbeEvery time.Duration
	// ProbeTimeout is how long a probe may take; default 1 s.
	ProbeTimeout time.Duration
	// InFlight is how many calls the store may have at a time. Required.
	InFlight int
	// MaxWait is how long to wait for a turn; default 500 ms.
	MaxWait time.Duration
}

// A Breaker stands before one store. It is safe for concurrent use.
type Breaker struct {
	cfg      Config
	start    time.Time
	turns    chan struct{} // has one element for each call in flight
	failures atomic.Int32  // in a row
	probeAt  atomic.Int64  // since start: when the next probe may begin; or one of the two:
	askAt    atomic.Int64  // since start: when Answers may be called again; or probing
}

const (
	closed  = -1        // the store answers
	probing = 1<<63 - 1 // somebody is finding out
)

// New returns a Breaker for a store that is thought to answer.
func New(cfg Config) *Breaker {
	if cfg.Failures <= 0 {
		cfg.Failures = 5
	}
	if cfg.ProbeEvery <= 0 {
		cfg.ProbeEvery = 500 * time.Millisecond
	}
	if cfg.ProbeTimeout <= 0 {
		cfg.ProbeTimeout = time.Second
	}
	if cfg.MaxWait <= 0 {
		cfg.MaxWait = 500 * time.Millisecond
	}
	b := &Breaker{cfg: cfg, start: time.Now(), turns: make(chan struct{}, max(cfg.InFlight, 1))}
	b.probeAt.Store(closed)
	return b
}

// Do makes a call, or answers [ErrAway] or [ErrBusy] without making it. What the call
// answers is what Do answers. The context that call is given may end sooner than ctx.
func (b *Breaker) Do(ctx context.Context, call func(context.Context) error) error {
	if b.probeAt.Load() != closed {
		return b.probe(ctx, call)
	}
	select {
	case b.turns <- struct{}{}:
	default:
		if err := b.wait(ctx); err != nil {
			return err
		}
	}
	defer func() { <-b.turns }()
	err := call(ctx)
	b.note(ctx, err)
	return err
}

// wait waits for a turn. Who gets one after the store was found to be away gives it back.
func (b *Breaker) wait(ctx context.Context) error {
	select {
	case b.turns <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(b.cfg.MaxWait):
		return ErrBusy
	}
	if b.probeAt.Load() != closed {
		<-b.turns
		return ErrAway
	}
	return nil
}

// probe makes the call if a probe is due and nobody else makes one. It takes no turn:
// those may all be held by calls that hang.
func (b *Breaker) probe(ctx context.Context, call func(context.Context) error) error {
	due := b.probeAt.Load()
	if due == closed {
		return b.Do(ctx, call) // it came back this moment
	}
	if due == probing || b.since() < due || !b.probeAt.CompareAndSwap(due, probing) {
		return ErrAway
	}
	again := b.since() // at once, if this one finds nothing out
	defer func() { b.probeAt.CompareAndSwap(probing, again) }()
	probeCtx, cancel := context.WithTimeout(ctx, b.cfg.ProbeTimeout)
	defer cancel()
	err := call(probeCtx)
	if b.note(ctx, err) == failed {
		again = b.since() + int64(b.cfg.ProbeEvery)
	}
	return err
}

// since is the time on the clock of probes, which is not the injected one: calls take the
// time that they take.
func (b *Breaker) since() int64 { return int64(time.Since(b.start)) }

// An outcome is what a call says about the store.
type outcome int

const (
	answered outcome = iota
	failed
	unknown
)

// note draws the conclusion from a call that was made.
func (b *Breaker) note(ctx context.Context, err error) outcome {
	o := b.outcome(ctx, err)
	switch o {
	case answered:
		b.close()
	case failed:
		b.failures.Add(1)
		b.judge()
	case unknown:
	}
	return o
}

// close notes that the store answers.
func (b *Breaker) close() {
	if b.failures.Load() != 0 {
		b.failures.Store(0)
	}
	if b.probeAt.Load() != closed {
		b.probeAt.Store(closed)
	}
}

// judge opens the breaker if there were failures enough, and, where it can be asked,
// nothing of the store answers.
func (b *Breaker) judge() {
	if !b.suspects() {
		return
	}
	if b.cfg.Answers == nil {
		b.open()
		return
	}
	due := b.askAt.Load()
	if due == probing || b.since() < due || !b.askAt.CompareAndSwap(due, probing) {
		return
	}
	go func() { // whoever failed last has waited long enough
		defer func() { b.askAt.Store(b.since() + int64(b.cfg.ProbeEvery)) }()
		switch {
		case b.cfg.Answers():
			b.close()
		case b.suspects(): // no call was answered in the meantime
			b.open()
		}
	}()
}

// suspects reports whether the last calls have failed.
func (b *Breaker) suspects() bool { return b.failures.Load() >= int32(b.cfg.Failures) }

// open has calls fail from now on.
func (b *Breaker) open() { b.probeAt.CompareAndSwap(closed, b.since()+int64(b.cfg.ProbeEvery)) }

// outcome tells what an error means. A caller who went away has found nothing out.
func (b *Breaker) outcome(ctx context.Context, err error) outcome {
	switch {
	case err == nil:
		return answered
	case errors.Is(err, context.Canceled) || errors.Is(ctx.Err(), context.Canceled):
		return unknown
	case b.cfg.Away(err):
		return failed
	default:
		return answered
	}
}

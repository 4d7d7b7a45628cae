package batch

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A Worker runs one step in one goroutine: at every interval, when woken, when
// asked to flush, and a last time when closed. Steps never overlap. It must be
// closed.
type Worker struct {
	step   func(context.Context) error
	ctx    context.Context // ends when Close runs out of time
	cancel context.CancelFunc

	wake    chan struct{}
	flushes chan chan error
	stop    chan struct{}
	stopped sync.Once
	done    chan struct{}
	last    error // of the last step; readable once done is closed
}

// NewWorker starts a Worker. Without an interval it only runs when asked. The
// step's context ends when Close gives up waiting, and has no deadline of its own.
func NewWorker(interval time.Duration, step func(context.Context) error) *Worker {
	ctx, cancel := context.WithCancel(context.Background())
	w := &Worker{
		step:    step,
		ctx:     ctx,
		cancel:  cancel,
		wake:    make(chan struct{}, 1),
		flushes: make(chan chan error),
		stop:    make(chan struct{}),
		done:    make(chan struct{}),
	}
	go w.run(interval)
	return w
}

// Wake asks for a step soon and never blocks. What was stored before the call is
// seen by a step that begins after it.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default: // a step is due already
	}
}

// Flush runs a step that begins after the call and returns its error, or the
// context's when that ends first. On a closed Worker it returns the error of the
// last step.
func (w *Worker) Flush(ctx context.Context) error {
	reply := make(chan error, 1)
	select {
	case w.flushes <- reply:
	case <-w.done:
		return w.last
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case err := <-reply:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Close runs a last step, ends the goroutine and returns the step's error. When
// ctx ends first, it ends the context of the step that is running, does not wait
// for it, and returns the context's error. Closing again waits again.
func (w *Worker) Close(ctx context.Context) error {
	w.stopped.Do(func() { close(w.stop) })
	select {
	case <-w.done:
		return w.last
	default:
	}
	select {
	case <-w.done:
		return w.last
	case <-ctx.Done():
		w.cancel()
		return context.Cause(ctx)
	}
}

func (w *Worker) run(interval time.Duration) {
	defer w.cancel()
	defer close(w.done)
	var tick <-chan time.Time
	if interval > 0 {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		tick = ticker.C
	}
	for {
		select {
		case <-tick:
			w.guarded()
		case <-w.wake:
			w.guarded()
		case reply := <-w.flushes:
			reply <- w.guarded()
		case <-w.stop:
			w.last = w.guarded()
			return
		}
	}
}

func (w *Worker) guarded() error {
	return Guard(func() error { return w.step(w.ctx) })
}

// Guard calls f and turns a panic into an error: what runs in the background is
// somebody else's code, and the process must outlive it (SECURITY F-33).
func Guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f()
}

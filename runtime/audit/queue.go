package audit

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/batch"
)

// The defaults of a [QueueConfig].
const (
	DefaultCapacity = 4096
	DefaultTimeout  = 5 * time.Second
)

// QueueConfig describes a [Queue]; the zero value is a good one.
type QueueConfig struct {
	// Now is the clock of events that come without a time; nil means time.Now.
	Now func() time.Time
	// Logger is told when events begin to be lost and when that ends, once each;
	// nil means slog.Default().
	Logger *slog.Logger
	// Capacity is how many events may be held, those being written included; zero
	// or less means DefaultCapacity.
	Capacity int
	// Wait is how long an event may wait for others to be written with it; zero or
	// less means not at all. Even then the events that arrive during a write share
	// the next one. A queue that is half full does not wait.
	Wait time.Duration
	// Timeout bounds one write to one Sink; zero or less means DefaultTimeout.
	Timeout time.Duration
	// Required says that no change may be made whose events might not be kept: see [Do].
	Required bool
}

// A Queue is the [Recorder] of a server: it takes events at no cost to the request
// and writes them to its sinks, in order and in batches, from one goroutine. It
// must be closed.
//
// Losing events never stops the server and never goes unseen (SECURITY LOG-04):
// an event that finds the Queue full or closed, or that a Sink could not keep, is
// counted by Lost, and the log is told once when losses begin and once when nothing
// was lost for ten seconds.
type Queue struct {
	now     func() time.Time
	wait    time.Duration
	timeout time.Duration
	sinks   []Sink
	tables  bool // whether all sinks are tables
	require bool
	worker  *batch.Worker

	mu       sync.Mutex
	capacity int
	pending  []entry
	owed     []*Receipt // of events in pending
	writing  int        // events taken from pending and not yet written
	closed   bool
	loss     loss

	spare       []entry // the worker's: the slice that pending becomes next
	all, unkept []Event // the worker's: what the sinks are given
}

// An entry is an event in a Queue.
type entry struct {
	event Event
	kept  bool // the tables have it already
}

var _ Recorder = (*Queue)(nil)

// NewQueue starts a Queue that writes every event to all sinks.
func NewQueue(cfg QueueConfig, sinks ...Sink) *Queue {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Capacity <= 0 {
		cfg.Capacity = DefaultCapacity
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = DefaultTimeout
	}
	q := &Queue{
		now:      cfg.Now,
		wait:     cfg.Wait,
		timeout:  cfg.Timeout,
		sinks:    append([]Sink(nil), sinks...),
		tables:   allTables(sinks),
		require:  cfg.Required,
		capacity: cfg.Capacity,
		loss:     loss{logger: cfg.Logger},
	}
	q.worker = batch.NewWorker(0, q.write)
	return q
}

// Record implements [Recorder]. It never blocks on a Sink or on the log.
func (q *Queue) Record(ctx context.Context, e Event) {
	// Cleaned here and not when written: a queue of events has a bounded size only
	// when each event has.
	e = clean(Complete(ctx, e, q.now))
	kept := isKept(ctx)
	if kept && q.tables {
		return
	}
	held := q.keep(entry{event: e, kept: kept}, receiptFrom(ctx))
	switch {
	case held == 0: // lost
	case q.wait <= 0 || 2*held >= q.capacity:
		q.worker.Wake()
	case held == 1:
		time.AfterFunc(q.wait, q.worker.Wake)
	}
}

// keep stores e and returns how many events wait now, or 0 when there is no room.
func (q *Queue) keep(e entry, r *Receipt) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	r.expect()
	switch {
	case q.closed:
		q.loss.add(1, "the queue is closed", q.now())
		r.settle(errLost)
		return 0
	case len(q.pending)+q.writing >= q.capacity:
		q.loss.add(1, "the queue is full", q.now())
		r.settle(errLost)
		return 0
	}
	q.pending = append(q.pending, e)
	if r != nil {
		q.owed = append(q.owed, r)
	}
	return len(q.pending)
}

// Required reports whether no change may be made whose events might not be kept.
func (q *Queue) Required() bool { return q.require }

// Lost counts the events that did not reach every Sink.
func (q *Queue) Lost() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.loss.count
}

// Flush hands everything recorded before the call to the sinks. It returns their
// errors, or the context's when that ends first.
func (q *Queue) Flush(ctx context.Context) error {
	return q.worker.Flush(ctx)
}

// Close hands what is held to the sinks and ends the Queue; events that come later
// are lost, and counted. When ctx ends first it ends the context of the sinks, does
// not wait for them, and returns an error that says how many events they owe.
// Closing again waits again.
func (q *Queue) Close(ctx context.Context) error {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	err := q.worker.Close(ctx)

	q.mu.Lock()
	owed, told := len(q.pending)+q.writing, q.loss.told
	q.mu.Unlock()
	if told != nil {
		select { // the process may end with this call: let the log hear of a loss first
		case <-told:
		case <-ctx.Done():
		}
	}
	switch {
	case err == nil:
		return nil
	case owed > 0:
		return fmt.Errorf("write the last %d audit events: %w", owed, err)
	default:
		return fmt.Errorf("write the last audit events: %w", err)
	}
}

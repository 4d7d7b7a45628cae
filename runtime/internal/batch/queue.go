// Package batch keeps writes off the path of a request: it holds the latest value
// of each key in memory and writes many keys at once.
package batch

import (
	"context"
	"fmt"
	"hash/maphash"
	"log/slog"
	"sync/atomic"
	"time"
)

// The defaults of a [Config].
const (
	DefaultInterval = time.Second
	DefaultTimeout  = 5 * time.Second
	DefaultCapacity = 1 << 16
)

// Config describes a [Queue].
type Config[K comparable, V any] struct {
	// Name says what is written, for the log: "last-seen times".
	Name string
	// Flush writes values; required. It writes all or none, respects the context,
	// and neither changes the map nor keeps it. It is never called twice at a time,
	// and never with an empty map. After an error or a panic the values are offered
	// again, together with what came since.
	Flush func(ctx context.Context, values map[K]V) error
	// Merge makes one value of two; nil means that the newer one wins. It is called
	// with a lock held: it must be quick and must not use the Queue.
	Merge func(older, newer V) V
	// Interval is how long a value waits at most before it is first offered to
	// Flush; zero or less means DefaultInterval. A queue that is half full does not
	// wait for it.
	Interval time.Duration
	// Capacity is how many values may be held, those being written included; zero
	// or less means DefaultCapacity.
	Capacity int
	// Timeout bounds one call of Flush; zero or less means DefaultTimeout.
	Timeout time.Duration
	// Logger is told once when writing begins to fail or values to be dropped, and
	// once when that has ended; nil means slog.Default().
	Logger *slog.Logger
}

// A Queue coalesces writes: however often a key is put, one flush writes it once.
// It is safe for concurrent use, and must be closed.
type Queue[K comparable, V any] struct {
	cfg     Config[K, V]
	logger  *slog.Logger
	seed    maphash.Seed
	shards  [shardCount]shard[K, V]
	held    atomic.Int64 // values in all shards, pending and in flight
	dropped atomic.Uint64
	worker  *Worker
	counted atomic.Bool // Close has counted what was left
	health  health      // used by the worker's goroutine alone
}

// New starts a Queue. It panics without a Flush.
func New[K comparable, V any](cfg Config[K, V]) *Queue[K, V] {
	if cfg.Flush == nil {
		panic("batch: a Queue needs a Flush")
	}
	if cfg.Merge == nil {
		cfg.Merge = func(_, newer V) V { return newer }
	}
	if cfg.Interval <= 0 {
		cfg.Interval = DefaultInterval
	}
	if cfg.Capacity <= 0 {
		cfg.Capacity = DefaultCapacity
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = DefaultTimeout
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	q := &Queue[K, V]{cfg: cfg, seed: maphash.MakeSeed()}
	q.logger = cfg.Logger.With("queue", cfg.Name)
	for i := range q.shards {
		q.shards[i].init()
	}
	q.worker = NewWorker(cfg.Interval, q.flush)
	return q
}

// Put stores value under key, merged with a value that waits there already. It
// reports false when the value was dropped, because the Queue is full of other
// keys or closed. It does no I/O.
func (q *Queue[K, V]) Put(key K, value V) bool {
	s := q.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if older, ok := s.pending[key]; ok && !s.closed {
		s.pending[key] = q.cfg.Merge(older, value)
		return true
	}
	if s.closed || !q.reserve() {
		q.dropped.Add(1)
		return false
	}
	s.pending[key] = value
	return true
}

// Get returns the value of key that is not yet known to be written: the one that
// waits, the one in flight, or both merged. It lets a reader see through to what
// the store does not show yet.
func (q *Queue[K, V]) Get(key K) (V, bool) {
	s := q.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	newer, pending := s.pending[key]
	older, flying := s.flying[key]
	switch {
	case pending && flying:
		return q.cfg.Merge(older, newer), true
	case flying:
		return older, true
	default:
		return newer, pending
	}
}

// Delete forgets key. A write of it that is in flight is not called back, but is
// not repeated either.
func (q *Queue[K, V]) Delete(key K) {
	s := q.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.len()
	delete(s.pending, key)
	delete(s.flying, key)
	q.held.Add(int64(s.len() - before))
}

// Flush writes what was put before the call and returns the error of doing so, or
// the context's when that ends first. After an error the values are still held.
func (q *Queue[K, V]) Flush(ctx context.Context) error {
	return q.worker.Flush(ctx)
}

// Dropped counts the values that were lost: put into a full or closed Queue, or
// not written when Close ended.
func (q *Queue[K, V]) Dropped() uint64 { return q.dropped.Load() }

// Close writes what is held and ends the Queue. When the last write fails, or ctx
// ends first, it returns an error and counts what is left as dropped. Closing
// again does nothing but wait.
func (q *Queue[K, V]) Close(ctx context.Context) error {
	for i := range q.shards {
		q.shards[i].close()
	}
	err := q.worker.Close(ctx)
	if err == nil || q.counted.Swap(true) {
		return err
	}
	left := q.held.Load()
	q.dropped.Add(uint64(left))
	return fmt.Errorf("write %s: %d values lost: %w", q.cfg.Name, left, err)
}

// reserve makes room for one more key. The count is one for all shards, so that
// an uneven spread of keys drops nothing; a key that is put again does not touch it.
func (q *Queue[K, V]) reserve() bool {
	n := q.held.Add(1)
	if n > int64(q.cfg.Capacity) {
		q.held.Add(-1)
		return false
	}
	if n == int64(q.cfg.Capacity/2) {
		q.worker.Wake()
	}
	return true
}

func (q *Queue[K, V]) shard(key K) *shard[K, V] {
	return &q.shards[maphash.Comparable(q.seed, key)%shardCount]
}

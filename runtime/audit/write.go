package audit

import (
	"context"
	"errors"
	"slices"

	"github.com/authgen-go/authgen/runtime/internal/batch"
)

// write is the worker's step: it hands what waits to every sink.
func (q *Queue) write(ctx context.Context) error {
	entries, owed := q.take()
	if len(entries) == 0 {
		return nil
	}
	for _, e := range entries {
		q.all = append(q.all, e.event)
		if !e.kept {
			q.unkept = append(q.unkept, e.event)
		}
	}
	lost, err := q.writeAll(ctx)
	for _, r := range owed {
		r.settle(err)
	}
	q.spare, q.all, q.unkept = emptied(entries), emptied(q.all), emptied(q.unkept)
	q.settle(lost, err)
	return err
}

// emptied lets go of what a slice holds, and keeps its room.
func emptied[T any](s []T) []T {
	clear(s)
	return s[:0]
}

func (q *Queue) take() (entries []entry, owed []*Receipt) {
	q.mu.Lock()
	defer q.mu.Unlock()
	entries, q.pending, q.spare = q.pending, q.spare, nil
	owed, q.owed = q.owed, nil
	q.writing = len(entries)
	return entries, owed
}

func isTable(s Sink) bool {
	_, ok := s.(*Table)
	return ok
}

func allTables(sinks []Sink) bool {
	return !slices.ContainsFunc(sinks, func(s Sink) bool { return !isTable(s) })
}

// writeAll returns how many events at least one sink lost. Sinks do not say which,
// so that the losses of two sinks count as the same events.
func (q *Queue) writeAll(ctx context.Context) (lost int, err error) {
	for _, s := range q.sinks {
		events := q.all
		if isTable(s) {
			events = q.unkept
		}
		if len(events) == 0 {
			continue
		}
		failed := q.writeOne(ctx, s, events)
		if failed == nil {
			continue
		}
		err = errors.Join(err, failed)
		gone := len(events)
		if partial, ok := errors.AsType[*LossError](failed); ok && partial.Lost > 0 {
			gone = min(gone, partial.Lost)
		}
		lost = max(lost, gone)
	}
	return lost, err
}

// writeOne calls a sink even when the context has ended, at Close: one that needs
// no context, like the log, still keeps its events.
func (q *Queue) writeOne(ctx context.Context, s Sink, events []Event) error {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	return batch.Guard(func() error { return s.Write(ctx, events) })
}

func (q *Queue) settle(lost int, err error) {
	now := q.now()
	q.mu.Lock()
	q.writing = 0
	if err != nil {
		q.loss.add(lost, cleanText(err.Error()), now)
		q.mu.Unlock()
		return
	}
	ended := q.loss.end(now)
	q.mu.Unlock()
	ended()
}

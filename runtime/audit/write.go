package audit

import (
	"context"
	"errors"

	"github.com/authgen-go/authgen/runtime/internal/batch"
)

// write is the worker's step: it hands what waits to every sink.
func (q *Queue) write(ctx context.Context) error {
	events, owed := q.take()
	if len(events) == 0 {
		return nil
	}
	lost, err := q.writeAll(ctx, events)
	for _, r := range owed {
		r.settle(err)
	}
	clear(events) // lets go of the strings
	q.spare = events[:0]
	q.settle(lost, err)
	return err
}

func (q *Queue) take() (events []Event, owed []*Receipt) {
	q.mu.Lock()
	defer q.mu.Unlock()
	events, q.pending, q.spare = q.pending, q.spare, nil
	owed, q.owed = q.owed, nil
	q.writing = len(events)
	return events, owed
}

// writeAll returns how many events at least one sink lost. Sinks do not say which,
// so that the losses of two sinks count as the same events.
func (q *Queue) writeAll(ctx context.Context, events []Event) (lost int, err error) {
	for _, s := range q.sinks {
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

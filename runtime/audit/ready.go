package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/authgen-go/authgen/runtime/internal/batch"
)

// A Pinger is a [Sink] that can tell whether it could keep an event now. Unlike Write, Ping
// is called from any goroutine.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Ready returns nil if an event would be kept now, as far as can be known before there is
// one: the Queue has room, and every Sink that is a [Pinger] answers. It is what a change is
// asked before it is made where none may go unrecorded (SECURITY LOG-04).
func (q *Queue) Ready(ctx context.Context) error {
	if err := q.room(); err != nil {
		return err
	}
	for _, s := range q.sinks {
		p, ok := s.(Pinger)
		if !ok {
			continue
		}
		if err := q.ping(ctx, p); err != nil {
			return fmt.Errorf("audit events cannot be kept: %w", err)
		}
	}
	return nil
}

func (q *Queue) ping(ctx context.Context, p Pinger) error {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	return batch.Guard(func() error { return p.Ping(ctx) })
}

func (q *Queue) room() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return errors.New("the queue of audit events is closed")
	case len(q.pending)+q.writing >= q.capacity:
		return errors.New("the queue of audit events is full")
	}
	return nil
}

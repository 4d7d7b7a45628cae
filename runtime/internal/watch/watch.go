// Package watch times the calls of a store for whoever wants to know. Where nobody does a
// call costs a look at a nil pointer.
package watch

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
	"github.com/authgen-go/authgen/runtime/usage"
)

// Transaction is the operation of several statements that are one.
const Transaction = "TRANSACTION"

// A System is a kind of store.
type System struct {
	Name string // see usage.StoreCall
	// Answered reports whether an error is an answer that says no, as that there is a
	// row with such a key.
	Answered func(error) bool
	// Away reports whether an error means that the store could not be asked; nil if it
	// always can.
	Away func(error) bool
}

// A Watch tells an observer of calls. The nil Watch tells nobody. It is safe for
// concurrent use.
type Watch struct {
	system   System
	observer usage.StoreObserver
	queries  sync.Map // of summary by text, of which the program has few
}

// New returns the Watch that tells observer of the calls of a system, nil if that is nil.
func New(system System, observer usage.StoreObserver) *Watch {
	if observer == nil {
		return nil
	}
	return &Watch{system: system, observer: observer}
}

// Begin returns when a call begins. The clock is not the injected one: calls take the
// time that they take.
func (w *Watch) Begin() time.Time {
	if w == nil {
		return time.Time{}
	}
	return time.Now()
}

// Query tells of a statement that began at begin and ended with err.
func (w *Watch) Query(ctx context.Context, begin time.Time, query string, err error) {
	if w == nil {
		return
	}
	known, ok := w.queries.Load(query)
	if !ok {
		known, _ = w.queries.LoadOrStore(query, summarise(query))
	}
	s := known.(summary)
	w.tell(ctx, begin, s.operation, s.collection, w.failure(err, "_OTHER"))
}

// Tx tells of a transaction that began at begin and ended with err. What is not known
// for an error of the store may be what the transaction was undone for.
func (w *Watch) Tx(ctx context.Context, begin time.Time, err error) {
	if w == nil {
		return
	}
	w.tell(ctx, begin, Transaction, "", w.failure(err, ""))
}

// Call tells of any other call, which is known by the name of what it does.
func (w *Watch) Call(ctx context.Context, begin time.Time, operation string, err error) {
	if w == nil {
		return
	}
	w.tell(ctx, begin, operation, "", w.failure(err, "_OTHER"))
}

func (w *Watch) tell(ctx context.Context, begin time.Time, operation, collection, failure string) {
	w.observer(ctx, usage.StoreCall{
		System: w.system.Name, Operation: operation, Collection: collection, Failure: failure, Took: time.Since(begin),
	})
}

// failure is the kind of an error, other for one that is not known.
func (w *Watch) failure(err error, other string) string {
	switch {
	case err == nil, errors.Is(err, sql.ErrNoRows), w.system.Answered(err):
		return ""
	case errors.Is(err, breaker.ErrBusy):
		return "busy"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(err, breaker.ErrAway), w.system.Away != nil && w.system.Away(err):
		return "unavailable"
	default:
		return other
	}
}

package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrUnrecorded: a change was made, and nobody can say whether its events are kept.
var ErrUnrecorded = errors.New("the change was made, but its audit events may be lost")

// ItsID is the Actor or Target of an event of [Do] that is about what the change makes,
// until [Identify] is told its id.
const ItsID = "\x00id"

// A Change is a write that somebody is about to make, and the events that tell of it. A
// store that keeps events too finds it with [ChangeOf] and keeps both or neither. It is for
// one goroutine.
type Change struct {
	events []Event
	id     string // of what is made, once it is known
	strict bool
	kept   bool
}

// Do has write make a change that events tell of, and records them once it is made: each
// has its time and its outcome already. The context that write is given is for the one
// call that makes the change. It carries the events to a store that keeps them in the
// transaction of the change ([Change]); the Recorder then hands them to its other sinks
// only, so that none is written twice.
//
// If write fails nothing is recorded: what to make of the error is the caller's to say.
//
// Where the Recorder is required to keep what it is given, as a [Queue] can be, no change
// is made while it cannot (SECURITY LOG-04): the error says so. The error is
// [ErrUnrecorded] if that turned out when the change was made already. Both are left to who
// made a [Receipt] for ctx, if anybody did.
func Do(ctx context.Context, r Recorder, write func(ctx context.Context) error, events ...Event) error {
	hold := holdOf(ctx)
	foretold := hold.take()
	c := &Change{events: append(foretold, events...)}
	if len(c.events) == 0 {
		return write(ctx)
	}
	for i, e := range c.events {
		c.events[i] = Complete(ctx, e, time.Now)
	}
	var receipt *Receipt
	if t, ok := r.(required); ok && t.Required() {
		c.strict = true
		if receiptFrom(ctx) == nil {
			if err := t.Ready(ctx); err != nil {
				hold.giveBack(foretold)
				return err
			}
			ctx, receipt = WithReceipt(ctx)
		}
	}
	err := write(context.WithValue(ctx, changeKey{}, c))
	if err != nil && !c.kept {
		hold.giveBack(c.events[:len(foretold)])
		return err
	}
	told := ctx
	if c.kept {
		told = context.WithValue(ctx, keptKey{}, true)
	}
	for _, e := range c.named() {
		r.Record(told, e)
	}
	if receipt != nil {
		if lost := receipt.Wait(ctx); lost != nil {
			return errors.Join(err, fmt.Errorf("%w: %w", ErrUnrecorded, lost))
		}
	}
	return err
}

// A required Recorder is one that can tell whether it keeps what it is given, and may have
// to.
type required interface {
	Required() bool
	Ready(ctx context.Context) error
}

// ChangeOf returns the Change of which ctx is the context and whose events are not kept
// yet, or nil.
func ChangeOf(ctx context.Context) *Change {
	c, _ := ctx.Value(changeKey{}).(*Change)
	if c == nil || c.kept {
		return nil
	}
	return c
}

// Identify tells the Change of ctx, if there is one, the id of what it makes, which its
// events have in place of [ItsID]. When a transaction is tried again it may be another.
func Identify[ID comparable](ctx context.Context, id ID) {
	if c := ChangeOf(ctx); c != nil {
		c.id = fmt.Sprint(id)
	}
}

// named returns the events with the id of what is made.
func (c *Change) named() []Event {
	list := slices.Clone(c.events)
	for i := range list {
		if list[i].Actor == ItsID {
			list[i].Actor = c.id
		}
		if list[i].Target == ItsID {
			list[i].Target = c.id
		}
	}
	return list
}

// Rows returns the events as a table keeps them: clean, in UTC and whole microseconds.
func (c *Change) Rows() []Event { return rows(c.named()) }

// Strict reports whether the change must not be made if its events cannot be kept.
// Otherwise it is made without them, and they go where others go.
func (c *Change) Strict() bool { return c.strict }

// Keep says that the change was made and its events are kept with it.
func (c *Change) Keep() { c.kept = true }

// changeKey is of the *Change of a context.
type changeKey struct{}

// keptKey is of contexts whose events a table has already.
type keptKey struct{}

func isKept(ctx context.Context) bool { return ctx.Value(keptKey{}) != nil }

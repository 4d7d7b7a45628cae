// Package described makes a change and keeps the audit events that tell of it, both or
// neither, in whatever transactions a database has.
package described

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// errNoEffect undoes a transaction in which nothing was changed.
var errNoEffect = errors.New("nothing was changed")

// A Keeper makes changes in the transactions of a database, of the type T, and keeps events
// there too. The zero Keeper keeps none.
type Keeper[T any] struct {
	// InTx runs do in a transaction: what do answers decides whether it is kept. It may run
	// do again.
	InTx func(ctx context.Context, do func(tx T) error) error
	// Insert adds events in a transaction; nil if no events are kept here.
	Insert func(ctx context.Context, tx T, events []audit.Event) error
}

// Change returns what the context of a write says of it, or nil if that is not for this
// database to keep.
func (k *Keeper[T]) Change(ctx context.Context) *audit.Change {
	if k.Insert == nil {
		return nil
	}
	return audit.ChangeOf(ctx)
}

// Count runs do in a transaction with the events of c. The number that do answers says
// whether it had an effect.
func (k *Keeper[T]) Count(ctx context.Context, c *audit.Change, do func(tx T) (int64, error)) (int64, error) {
	var n int64
	err := k.run(ctx, c, func(tx T) (effect bool, err error) {
		n, err = do(tx)
		return n > 0, err
	})
	return n, err
}

// Make runs do, which makes what has the id that it answers, in a transaction with the events
// of c. An id may be any number.
func (k *Keeper[T]) Make(ctx context.Context, c *audit.Change, do func(tx T) (int64, error)) (int64, error) {
	var id int64
	err := k.run(ctx, c, func(tx T) (effect bool, err error) {
		id, err = do(tx)
		return true, err
	})
	return id, err
}

// Run runs do in a transaction with the events of c. It has an effect if it answers nil.
func (k *Keeper[T]) Run(ctx context.Context, c *audit.Change, do func(tx T) error) error {
	return k.run(ctx, c, func(tx T) (bool, error) { return true, do(tx) })
}

// Identified tells the change of ctx the id of what it makes, and returns id and err.
func Identified(ctx context.Context, id int64, err error) (int64, error) {
	if err == nil {
		audit.Identify(ctx, id)
	}
	return id, err
}

// run makes a change in a transaction, and if it had an effect, which do answers, adds the
// events of c in the same. Where these cannot be added a strict change is not made; another
// is made without them, and c does not keep them.
//
// Events come last, since only then it is known what they tell of; their share of the time
// that ctx leaves is a half, so that a table that is locked leaves some for the change.
func (k *Keeper[T]) run(ctx context.Context, c *audit.Change, do func(tx T) (effect bool, err error)) error {
	var lost error // why the events of the last try could not be added
	err := k.InTx(ctx, func(tx T) error {
		lost = nil
		effect, err := do(tx)
		switch {
		case err != nil:
			return err
		case !effect:
			return errNoEffect
		}
		lost = k.add(ctx, c, tx)
		return lost
	})
	switch {
	case err == nil:
		c.Keep()
		return nil
	case errors.Is(err, errNoEffect):
		return nil
	case lost == nil || c.Strict():
		return err
	}
	return k.InTx(ctx, func(tx T) error {
		_, err := do(tx)
		return err
	})
}

func (k *Keeper[T]) add(ctx context.Context, c *audit.Change, tx T) error {
	if deadline, ok := ctx.Deadline(); ok && !c.Strict() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/2)
		defer cancel()
	}
	if err := k.Insert(ctx, tx, c.Rows()); err != nil {
		return fmt.Errorf("add audit events: %w", err)
	}
	return nil
}

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

// InTx runs do in a transaction of the type T, as a database does: what do answers decides
// whether it is kept. It may run do again.
type InTx[T any] func(ctx context.Context, do func(tx T) error) error

// Insert adds events in a transaction.
type Insert[T any] func(ctx context.Context, tx T, events []audit.Event) error

// Do makes a change in a transaction, and if it had an effect, which do answers, adds the
// events of c in the same. Where these cannot be added a strict change is not made; another
// is made without them, and c does not keep them.
//
// Events come last, since only then it is known what they tell of; their share of the time
// that ctx leaves is a half, so that a table that is locked leaves some for the change.
func Do[T any](ctx context.Context, c *audit.Change, inTx InTx[T], insert Insert[T], do func(tx T) (effect bool, err error)) error {
	var lost error // why the events of the last try could not be added
	err := inTx(ctx, func(tx T) error {
		lost = nil
		effect, err := do(tx)
		switch {
		case err != nil:
			return err
		case !effect:
			return errNoEffect
		}
		lost = add(ctx, c, tx, insert)
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
	return inTx(ctx, func(tx T) error {
		_, err := do(tx)
		return err
	})
}

func add[T any](ctx context.Context, c *audit.Change, tx T, insert Insert[T]) error {
	if deadline, ok := ctx.Deadline(); ok && !c.Strict() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/2)
		defer cancel()
	}
	if err := insert(ctx, tx, c.Rows()); err != nil {
		return fmt.Errorf("add audit events: %w", err)
	}
	return nil
}

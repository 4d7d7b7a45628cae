package audittest

import (
	"context"

	"github.com/authgen-go/authgen/runtime/audit"
)

// Told is what a store is told of the change that it is called for (see [audit.Do]): the
// types of its events in order, none for what nobody tells of.
func Told(ctx context.Context) []audit.Type {
	c := audit.ChangeOf(ctx)
	if c == nil {
		return nil
	}
	var types []audit.Type
	for _, e := range c.Rows() {
		types = append(types, e.Type)
	}
	return types
}

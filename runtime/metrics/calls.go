package metrics

import (
	"context"

	"go.opentelemetry.io/otel/attribute"

	"github.com/authgen-go/authgen/runtime/usage"
)

// callKey is what calls of stores are told apart by.
type callKey struct{ system, operation, collection, failure string }

// StoreCall measures a call of a store: it is a [usage.StoreObserver].
func (m *Meters) StoreCall(ctx context.Context, c usage.StoreCall) {
	if !m.durations.Enabled(ctx) {
		return
	}
	key := callKey{c.System, c.Operation, c.Collection, c.Failure}
	m.durations.Record(ctx, c.Took.Seconds(), m.calls.of(key, callKey.attributes))
}

func (k callKey) attributes() []attribute.KeyValue {
	return []attribute.KeyValue{
		systemKey.String(k.system), operationKey.String(k.operation), collectionKey.String(k.collection), errorTypeKey.String(k.failure),
	}
}

package metrics

import (
	"context"

	"go.opentelemetry.io/otel/attribute"

	"github.com/authgen-go/authgen/runtime/audit"
)

// eventKey is what events are told apart by.
type eventKey struct{ name, outcome, strategy string }

var _ audit.Sink = (*Meters)(nil)

// Write implements [audit.Sink]: it counts events and keeps none. It never fails.
func (m *Meters) Write(ctx context.Context, events []audit.Event) error {
	for _, e := range events {
		key := eventKey{string(e.Type), string(e.Outcome), e.Strategy}
		m.events.Add(ctx, 1, m.happened.of(key, eventKey.attributes))
	}
	return nil
}

func (k eventKey) attributes() []attribute.KeyValue {
	return []attribute.KeyValue{eventNameKey.String(k.name), outcomeKey.String(k.outcome), strategyKey.String(k.strategy)}
}

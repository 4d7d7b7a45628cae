package metrics

import (
	"errors"
	"fmt"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
)

// scope is the name of the instrumentation.
const scope = "github.com/authgen-go/authgen/runtime/metrics"

// Meters are the instruments of a service. They are safe for concurrent use and must be
// closed.
type Meters struct {
	meter     metric.Meter
	events    metric.Int64Counter
	durations metric.Float64Histogram
	calls     series[callKey]
	happened  series[eventKey]

	mu       sync.Mutex
	watching metric.Registration // nil before Watch and after Close
}

// New makes the instruments of a service with the provider p; nil means that of
// [otel.GetMeterProvider], whoever sets it and whenever.
func New(p metric.MeterProvider) (*Meters, error) {
	if p == nil {
		p = otel.GetMeterProvider()
	}
	m := &Meters{meter: p.Meter(scope)}
	var problems [2]error
	m.events, problems[0] = m.meter.Int64Counter("authgen.audit.events",
		metric.WithUnit("{event}"),
		metric.WithDescription("Events that matter to security, as the audit trail has them."))
	m.durations, problems[1] = m.meter.Float64Histogram("authgen.store.operation.duration",
		metric.WithUnit("s"),
		metric.WithDescription("Duration of the operations of stores in a database or Redis."),
		// Those that OpenTelemetry advises for databases, and three below, for a
		// database that is embedded.
		metric.WithExplicitBucketBoundaries(0.00001, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10))
	if err := errors.Join(problems[:]...); err != nil {
		return nil, fmt.Errorf("make the instruments of metrics: %w", err)
	}
	return m, nil
}

// Close ends what [Meters.Watch] began: the counters that it reads are not collected any
// more.
func (m *Meters) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.watching == nil {
		return nil
	}
	err := m.watching.Unregister()
	m.watching = nil
	return err
}

package metrics

import (
	"context"
	"errors"
	"fmt"
	"math"

	"go.opentelemetry.io/otel/metric"

	"github.com/authgen-go/authgen/runtime/usage"
)

// A Source is what a service counts itself. Its functions are called when metrics are
// collected, and may be at the same time as any other.
type Source[S ~string] struct {
	Usage      func() map[S]usage.Counts // by strategy; required
	LimitHits  func() map[string]uint64  // by limit; required
	LostEvents func() uint64             // required
}

// counters are the instruments of a Source.
type counters struct{ attempts, deprecated, hits, lost metric.Int64ObservableCounter }

// Watch has the counters of s collected until m is closed. It is called once. Who wants the
// last values has them collected before, as by ForceFlush of the SDK's provider.
func Watch[S ~string](m *Meters, s Source[S]) error {
	c, err := m.counters()
	if err != nil {
		return fmt.Errorf("make the instruments of metrics: %w", err)
	}
	registration, err := m.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		for strategy, counts := range s.Usage() {
			c.observe(o, string(strategy), counts)
		}
		for limit, hits := range s.LimitHits() {
			o.ObserveInt64(c.hits, count(hits), with(limitKey.String(limit)))
		}
		o.ObserveInt64(c.lost, count(s.LostEvents()))
		return nil
	}, c.attempts, c.deprecated, c.hits, c.lost)
	if err != nil {
		return fmt.Errorf("have metrics collected: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.watching = registration
	return nil
}

func (c counters) observe(o metric.Observer, strategy string, counts usage.Counts) {
	by := strategyKey.String(strategy)
	o.ObserveInt64(c.attempts, count(counts.Accepted), with(by, outcomeKey.String("accepted")))
	o.ObserveInt64(c.attempts, count(counts.Refused), with(by, outcomeKey.String("refused")))
	o.ObserveInt64(c.attempts, count(counts.Unavailable), with(by, outcomeKey.String("unavailable")))
	o.ObserveInt64(c.deprecated, count(counts.Deprecated), with(by))
}

func (m *Meters) counters() (counters, error) {
	var c counters
	var problems []error
	for _, i := range []struct {
		counter                 *metric.Int64ObservableCounter
		name, unit, description string
	}{
		{&c.attempts, "authgen.authentication.attempts", "{attempt}", "Requests that carried a credential of a strategy, by what came of it."},
		{&c.deprecated, "authgen.deprecated.uses", "{use}", "Requests that a strategy authenticated that is deprecated."},
		{&c.hits, "authgen.rate_limit.hits", "{hit}", "Requests that were refused because of a limit."},
		{&c.lost, "authgen.audit.lost_events", "{event}", "Audit events that did not reach every sink."},
	} {
		var err error
		*i.counter, err = m.meter.Int64ObservableCounter(i.name, metric.WithUnit(i.unit), metric.WithDescription(i.description))
		problems = append(problems, err)
	}
	return c, errors.Join(problems...)
}

// count is n as OpenTelemetry counts.
func count(n uint64) int64 { return int64(min(n, math.MaxInt64)) }

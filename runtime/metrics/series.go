package metrics

import (
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// The attributes. Values of theirs are the program's own.
const (
	strategyKey   = attribute.Key("authgen.strategy")
	outcomeKey    = attribute.Key("authgen.outcome")
	limitKey      = attribute.Key("authgen.rate_limit.name")
	eventNameKey  = attribute.Key("authgen.event.name")
	systemKey     = attribute.Key("db.system.name")
	operationKey  = attribute.Key("db.operation.name")
	collectionKey = attribute.Key("db.collection.name")
	errorTypeKey  = attribute.Key("error.type")
)

// series keeps the attributes of time series by what they are of, so that they are put
// together once. The zero value is ready to use.
type series[K comparable] struct {
	mu    sync.RWMutex
	known map[K]metric.MeasurementOption
}

// of returns the attributes of what key is of, which attributes puts together if nobody
// has. Those without a value are left out.
func (s *series[K]) of(key K, attributes func(K) []attribute.KeyValue) metric.MeasurementOption {
	s.mu.RLock()
	option, ok := s.known[key]
	s.mu.RUnlock()
	if ok {
		return option
	}
	option = with(attributes(key)...)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = make(map[K]metric.MeasurementOption)
	}
	s.known[key] = option
	return option
}

// with is a set of attributes, without those that have no value.
func with(attributes ...attribute.KeyValue) metric.MeasurementOption {
	var set []attribute.KeyValue
	for _, a := range attributes {
		if a.Value.AsString() != "" {
			set = append(set, a)
		}
	}
	return metric.WithAttributeSet(attribute.NewSet(set...))
}

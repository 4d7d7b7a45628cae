package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// This file wires metrics. What is emitted is nothing where the spec has none: such a
// package does not import what they go to.

// meterProvider is where metrics go.
func meterProvider() field {
	return field{name: "MeterProvider", code: jen.Qual(metricImport, "MeterProvider"), doc: `
MeterProvider takes the metrics, which package metrics of the runtime lists;
that of otel.GetMeterProvider when nil.`}
}

// newMeters emits the instruments, which the stores and the trail of events need first.
func newMeters(m *model.Model) jen.Code {
	if !m.Metrics {
		return jen.Null()
	}
	return try("meters", rt("metrics", "New").Call(dotted("cfg.MeterProvider")), jen.Nil())
}

// watch emits what has counters collected.
func watch() jen.Code {
	return method("a", "Auth", "watch", "watch has what is counted collected, until Close.",
		signature{results: []jen.Code{jen.Error()}},
		jen.Return(rt("metrics", "Watch").Call(dotted("a.meters"), literal(rt("metrics", "Source").Types(jen.Id("Strategy")),
			field{name: "Usage", code: dotted("a.Usage")},
			field{name: "LimitHits", code: dotted("a.LimitHits")},
			field{name: "LostEvents", code: dotted("a.LostEvents")},
		))),
	)
}

// watched is what assembling ends with.
func watched(m *model.Model) jen.Code {
	if !m.Metrics {
		return jen.Nil()
	}
	return call("a.watch")
}

// closeMeters emits the end of metrics, after that of the events, which are counted too.
func closeMeters(m *model.Model) jen.Code {
	if !m.Metrics {
		return jen.Null()
	}
	return jen.Id("errs").Op("=").Append(jen.Id("errs"), call("a.meters.Close"))
}

// closeEvents emits the end of a service without stores.
func closeEvents(m *model.Model) jen.Code {
	events := call("a.events.Close", jen.Id("ctx"))
	if !m.Metrics {
		return jen.Return(events)
	}
	return jen.Return(jen.Qual("errors", "Join").Call(events, call("a.meters.Close")))
}

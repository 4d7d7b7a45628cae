package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// newDatabase emits the layer over the pool, which the trail of events and the stores share.
func newDatabase(m *model.Model) jen.Code {
	if !m.Accounts() {
		return jen.Null()
	}
	layer := database(m, "New").Call(dotted("cfg.DB"))
	if m.Metrics {
		layer.Dot("Observed").Call(dotted("meters.StoreCall"))
	}
	return jen.Id("db").Op(":=").Add(layer)
}

// newEvents emits the queue of audit events and where they go.
func newEvents(m *model.Model) jen.Code {
	s := jen.Null()
	var sinks []jen.Code
	if m.Audit.Log {
		sinks = append(sinks, rt("audit", "NewLogSink").Call(dotted("cfg.Logger")))
	}
	if m.Audit.Table != "" {
		s.List(jen.Id("table"), jen.Err()).Op(":=").Id("newTrail").Call(jen.Id("ctx"), jen.Id("cfg"), jen.Id("db")).Line()
		s.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Qual("errors", "Join").Call(
			jen.Qual("fmt", "Errorf").Call(jen.Lit(m.Package+": %w"), jen.Err()), call("db.Close")))).Line().Line()
		sinks = append(sinks, jen.Id("table"))
	}
	if m.Metrics {
		sinks = append(sinks, jen.Id("meters"))
	}
	s.Id("sinks").Op(":=").Index().Add(rt("audit", "Sink")).Values(sinks...).Line()
	s.If(dotted("cfg.AuditSink").Op("!=").Nil()).Block(
		jen.Id("sinks").Op("=").Append(jen.Id("sinks"), dotted("cfg.AuditSink")),
	).Line().Line()
	config := []jen.Code{jen.Id("Now").Op(":").Add(dotted("cfg.Now")), jen.Id("Logger").Op(":").Add(dotted("cfg.Logger"))}
	if m.Audit.Required {
		config = append(config, jen.Id("Required").Op(":").True())
	}
	return s.Id("events").Op(":=").Add(rt("audit", "NewQueue")).Call(rt("audit", "QueueConfig").Values(config...), jen.Id("sinks").Op("..."))
}

// newTrail emits the table of events.
func newTrail(m *model.Model) jen.Code {
	return function("newTrail", "newTrail keeps audit events in the database of cfg.",
		signature{
			params:  []jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("cfg").Id("Config"), jen.Id("db").Add(dialectOf(m).db())},
			results: []jen.Code{ptr(rt("audit", "Table")), jen.Error()},
		},
		try("store", jen.Id("newEventStore").Call(jen.Id("ctx"), jen.Id("db")), jen.Nil()),
		jen.Return(rt("audit", "NewTable").Call(literal(rt("audit", "TableConfig"),
			field{name: "Store", code: jen.Id("store")},
			field{name: "Retention", code: duration(m.Audit.Retention)},
			field{name: "Logger", code: dotted("cfg.Logger")},
			field{name: "Now", code: dotted("cfg.Now")},
		))),
	)
}

// tellID emits what tells the events of a change the id of what it makes or ends, where
// that is known before the database keeps them.
func tellID(m *model.Model, id jen.Code) jen.Code {
	if m.Audit.Table == "" {
		return jen.Null()
	}
	return rt("audit", "Identify").Call(jen.Id("ctx"), id)
}

// lostEvents emits the count of what was lost.
func lostEvents() jen.Code {
	return method("a", "Auth", "LostEvents", `
LostEvents counts the audit events that did not reach every sink, since New. The
log says when that begins and when it ends; a metric of this number is worth an
alarm.`,
		signature{results: []jen.Code{jen.Uint64()}},
		jen.Return(call("a.events.Lost")),
	)
}

// closeTable emits the end of the table, after the queue that writes to it.
func closeTable(m *model.Model) jen.Code {
	if m.Audit.Table == "" {
		return jen.Null()
	}
	return call("a.table.Close")
}

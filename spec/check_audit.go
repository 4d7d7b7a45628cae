package spec

import "slices"

// checkAudit holds that events are kept somewhere, and that there is a database where they
// are to be kept in one.
func (w *walker) checkAudit() {
	const sinks = "audit.sinks"

	a := w.spec.Audit
	if len(a.Sinks) == 0 && w.sound(sinks) {
		w.refuseAt(sinks, fault{
			message: "expected at least one sink: a server whose events nobody keeps cannot be looked into",
			hint:    "for example sinks: [log]",
		})
	}
	table := slices.Contains(a.Sinks, SinkDatabase)
	if j := w.spec.Strategies.JWT; table && j != nil && j.Verify != nil && w.sound(sinks) {
		w.refuseAt(sinks, fault{
			message: "jwt.verify excludes database: this service has none",
			hint:    "for example sinks: [log]",
		})
	}
	if !table && a.Retention != defaultRetention {
		w.warnIdle("audit.retention", "without database under audit.sinks")
	}
}

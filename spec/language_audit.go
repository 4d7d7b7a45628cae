package spec

import "time"

func auditSection() section {
	return section{fields: []field{
		{
			key: "sinks", example: "[log, database]",
			doc:   "Where events go: to the log, a record each, and to a table of the database, those of a change in the transaction of the change. There is at least one. An application adds its own in Go.",
			value: filledList{list{enumForm(SinkLog, SinkDatabase), 2, func(s *Spec) *[]string { return &s.Audit.Sinks }}, SinkLog},
		},
		{
			key:   "retention",
			doc:   "How long events stay in the table; older ones are removed. What becomes of the log is for whoever keeps it.",
			value: scalar[time.Duration]{durationForm(24*time.Hour, maxRetention, "d", "w"), "90d", func(s *Spec) *time.Duration { return &s.Audit.Retention }},
		},
		{
			key:   "mode",
			doc:   "What happens when events cannot be kept: with best_effort they are lost, and counted, and everybody is served; with required nothing is changed and nobody signed in: endpoints answer 503, and what is called from Go returns an error.",
			value: scalar[AuditMode]{enumForm(AuditBestEffort, AuditRequired), "best_effort", func(s *Spec) *AuditMode { return &s.Audit.Mode }},
		},
	}}
}

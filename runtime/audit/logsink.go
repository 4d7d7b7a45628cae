package audit

import (
	"context"
	"fmt"
	"log/slog"
)

// NewLogSink returns a Sink that writes one log record per event: the message
// "audit", the event's own time, level Info for a success and Warn for anything
// else, and the attributes
//
//	event, outcome, reason, actor, target, strategy, client_addr, request_id
//
// of which the empty ones are left out. All are strings, flat, in this order.
// Whatever a client sent, one event is one record (SECURITY LOG-03).
//
// A logger that discards a level loses the events of that level, and the Sink says
// so with an error instead of losing them quietly. A nil logger means slog.Default().
func NewLogSink(l *slog.Logger) Sink {
	if l == nil {
		l = slog.Default()
	}
	return &logSink{handler: l.Handler()}
}

type logSink struct{ handler slog.Handler }

func (s *logSink) Write(ctx context.Context, events []Event) error {
	lost := 0
	var first error
	for _, e := range events {
		if err := s.write(ctx, clean(e)); err != nil {
			lost++
			if first == nil {
				first = err
			}
		}
	}
	if first != nil {
		return &LossError{Lost: lost, Err: first}
	}
	return nil
}

func (s *logSink) write(ctx context.Context, e Event) error {
	level := slog.LevelInfo
	if e.Outcome != Success {
		level = slog.LevelWarn
	}
	if !s.handler.Enabled(ctx, level) {
		return fmt.Errorf("the logger of audit events discards level %s", level)
	}
	record := slog.NewRecord(e.Time, level, "audit", 0)
	record.AddAttrs(attrs(e)...)
	return s.handler.Handle(ctx, record)
}

func attrs(e Event) []slog.Attr {
	addr := ""
	if e.Request.Addr.IsValid() {
		addr = e.Request.Addr.String()
	}
	all := []slog.Attr{
		slog.String("event", string(e.Type)),
		slog.String("outcome", string(e.Outcome)),
		slog.String("reason", e.Reason),
		slog.String("actor", e.Actor),
		slog.String("target", e.Target),
		slog.String("strategy", e.Strategy),
		slog.String("client_addr", addr),
		slog.String("request_id", e.Request.ID),
	}
	kept := all[:0]
	for _, a := range all {
		if a.Value.String() != "" {
			kept = append(kept, a)
		}
	}
	return kept
}

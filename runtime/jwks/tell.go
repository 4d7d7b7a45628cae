package jwks

import (
	"context"
	"errors"
	"log/slog"

	"github.com/authgen-go/authgen/runtime/audit"
)

// strategy is how the spec writes what the keys are for.
const strategy = "jwt"

// tell says in the log and the record when fetches begin to fail and when that ends,
// not how often they do in between. It is called for one change after the other.
func (r *Remote) tell(old, next *state) {
	switch {
	case old.failure == nil && next.failure != nil:
		r.record(audit.Event{Type: audit.JWKSUnavailable, Outcome: audit.Failed, Reason: reasonOf(next.failure)})
		r.cfg.Logger.LogAttrs(context.Background(), slog.LevelWarn, "the keys of the issuer cannot be fetched, which is tried again",
			slog.String("url", r.name),
			slog.Any("error", next.failure),
			slog.Bool("in_force", next.in(r.cfg.Now(), r.cfg.MaxStale)))
	case old.failure != nil && next.failure == nil:
		r.record(audit.Event{Type: audit.JWKSAvailable, Outcome: audit.Success})
		r.cfg.Logger.LogAttrs(context.Background(), slog.LevelInfo, "the keys of the issuer are fetched again",
			slog.String("url", r.name))
	}
}

func (r *Remote) record(e audit.Event) {
	e.Time, e.Target, e.Strategy = r.cfg.Now().UTC(), r.name, strategy
	r.cfg.Audit.Record(context.Background(), e)
}

func reasonOf(err error) string {
	if e, ok := errors.AsType[*fetchError](err); ok {
		return e.reason
	}
	return reasonPanic
}

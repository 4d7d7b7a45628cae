package apikey

import (
	"context"
	"net/http"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// Expiring reports whether a key is within Config.WarnBefore of its end.
func (s *Service[ID, S, U]) Expiring(k Key[ID, S]) bool {
	return s.expiring(k, s.now())
}

// expiring is never true of a live key if WarnBefore is negative.
func (s *Service[ID, S, U]) expiring(k Key[ID, S], now time.Time) bool {
	return !now.Before(k.ExpiresAt.Add(-s.cfg.WarnBefore))
}

// warn announces the end of a key that is near.
func (s *Service[ID, S, U]) warn(ctx context.Context, a attempt, f *found[ID, S, U], answer http.Header) {
	if !s.expiring(f.key, a.now) {
		return
	}
	answer.Set(ExpiresHeader, f.key.ExpiresAt.Format(http.TimeFormat))
	if s.warnings.Of(f.key.ID, a.now) {
		s.record(ctx, a, audit.Event{
			Type: audit.KeyExpiring, Outcome: audit.Success, Actor: text(f.key.OwnerID), Target: f.key.ID,
		})
	}
}

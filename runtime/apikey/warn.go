package apikey

import (
	"context"
	"hash/maphash"
	"net/http"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// maxWarned is how many keys a day have an event about their end; those beyond
// have none that day, rather than several.
const maxWarned = 1 << 16

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
	if s.warnings.first(f.key.ID, a.now) {
		s.record(ctx, a, audit.Event{
			Type: audit.KeyExpiring, Outcome: audit.Success, Actor: text(f.key.OwnerID), Target: f.key.ID,
		})
	}
}

// warnings remembers which keys had their event today, by the day of UTC.
type warnings struct {
	mu     sync.Mutex
	day    int64
	warned map[uint64]struct{}
	seed   maphash.Seed
}

// first reports whether this is the first call for the key of id on the day of now.
func (w *warnings) first(id string, now time.Time) bool {
	day := now.Unix() / int64(24*time.Hour/time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.warned == nil {
		w.seed = maphash.MakeSeed()
	}
	if w.warned == nil || day != w.day {
		w.day, w.warned = day, make(map[uint64]struct{})
	}
	hash := maphash.String(w.seed, id)
	if _, ok := w.warned[hash]; ok || len(w.warned) >= maxWarned {
		return false
	}
	w.warned[hash] = struct{}{}
	return true
}

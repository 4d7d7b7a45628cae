package spec

import "time"

// longStaleness is how long a revoked key may go on working before that is
// worth saying: revocation at once is what people expect of it.
const longStaleness = time.Minute

func (w *walker) checkAPIKey(k *APIKey) {
	const maxAge, warnBefore, overlap, staleness = "strategies.api_key.max_age", "strategies.api_key.warn_before", "strategies.api_key.rotation_overlap", "strategies.api_key.max_staleness"

	if w.sound(maxAge) {
		k.WarnBefore = w.within(warnBefore, k.WarnBefore, maxAge, k.MaxAge)
		if !w.written(warnBefore) {
			// A warning that never stops is none: keys of a short life warn in its
			// second half.
			k.WarnBefore = min(k.WarnBefore, (k.MaxAge / 2).Truncate(time.Second))
		}
		k.RotationOverlap = w.within(overlap, k.RotationOverlap, maxAge, k.MaxAge)
		if k.MaxAge < time.Minute {
			w.warnAt(maxAge, fault{message: "keys end after " + formatDuration(k.MaxAge) + ", which is for tests"})
		}
	}
	if w.sound(staleness) && k.MaxStaleness > longStaleness {
		w.warnAt(staleness, fault{
			message: "a revoked key works for up to " + formatDuration(k.MaxStaleness),
			hint:    "for example max_staleness: 10s",
		})
	}
}

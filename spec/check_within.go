package spec

import "time"

// within holds that d, which stands at path, is at most the duration at ceiling.
// A default gives way instead: the file did not ask for it.
func (w *walker) within(path string, d time.Duration, ceiling string, most time.Duration) time.Duration {
	if !w.written(path) {
		return min(d, most)
	}
	if w.sound(path) && d > most {
		message := "expected at most " + keyOf(ceiling) + ", which is " + formatDuration(most)
		if !w.written(ceiling) {
			message += " by default"
		}
		w.refuseAt(path, fault{
			message: message + ", found " + quote(formatDuration(d)),
			hint:    "for example " + keyOf(path) + ": " + formatDuration(min(d, most)),
		})
	}

	return d
}

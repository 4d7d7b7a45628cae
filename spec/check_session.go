package spec

import "time"

// longSession is the life above which a stolen cookie is worth keeping: NIST
// SP 800-63B asks for a login at least that often at its lowest level.
const longSession = 30 * day

func (w *walker) checkSession(s *Session) {
	const ttl, idle, recent, storage = "strategies.session.ttl", "strategies.session.idle_timeout", "strategies.session.recent", "strategies.session.storage"
	const staleness = "strategies.session.max_staleness"

	if w.sound(ttl) {
		w.checkRemember(s)
		s.IdleTimeout = w.within(idle, s.IdleTimeout, ttl, s.TTL)
		s.Recent = w.within(recent, s.Recent, ttl, s.TTL)
		w.checkLife(ttl, s.TTL)
	}
	if w.sound(idle) && w.written(idle) && s.IdleTimeout < time.Minute {
		w.warnAt(idle, fault{message: "sessions end after " + formatDuration(s.IdleTimeout) + " without a request, which is for tests"})
	}
	if w.sound(staleness) && s.MaxStaleness > longStaleness {
		w.warnAt(staleness, fault{
			message: "a session that was ended works for up to " + formatDuration(s.MaxStaleness),
			hint:    "for example max_staleness: 10s",
		})
	}
	if s.Storage == SessionMemory && w.sound(storage) {
		w.warnAt(storage, fault{message: "sessions are kept in one process and end with it", hint: "for example storage: database"})
	}
}

// checkRemember holds that being remembered is worth asking for.
func (w *walker) checkRemember(s *Session) {
	const remember = "strategies.session.remember"
	if s.Remember == 0 || !w.sound(remember) {
		return
	}
	if s.Remember > s.TTL {
		w.checkLife(remember, s.Remember)
		return
	}
	message := "expected more than ttl, which is " + formatDuration(s.TTL)
	if !w.written("strategies.session.ttl") {
		message += " by default"
	}
	w.refuseAt(remember, fault{
		message: message + ", found " + quote(formatDuration(s.Remember)),
		hint:    "for example remember: " + formatDuration(max(30*day, min(2*s.TTL, maxSession))) + ", or off",
	})
}

func (w *walker) checkLife(path string, ttl time.Duration) {
	switch {
	case ttl > longSession:
		w.warnAt(path, fault{message: "sessions live " + formatDuration(ttl) + ", and so does a stolen cookie", hint: "for example " + keyOf(path) + ": 30d"})
	case ttl < time.Minute:
		w.warnAt(path, fault{message: "sessions end after " + formatDuration(ttl) + ", which is for tests"})
	}
}

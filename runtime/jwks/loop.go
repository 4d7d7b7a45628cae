package jwks

import (
	"math/rand/v2"
	"time"
)

// start begins the first fetch, which look-ups from now on wait for, and those that
// follow.
func (r *Remote) start() {
	first, err := r.board(true)
	if err != nil {
		return // closed already
	}
	r.work.Go(func() { r.run(first) })
}

// run fetches until Close. Fetches that others asked for do not change its times: that
// keeps what is sent to an issuer that does not answer independent of the tokens that
// come in (SECURITY F-23).
func (r *Remote) run(f *flight) {
	for failures := 0; ; {
		<-f.done
		if failures++; f.err == nil {
			failures = 0
		}
		select {
		case <-r.ctx.Done():
			return
		case <-time.After(r.pause(failures)):
		}
		var err error
		if f, err = r.board(true); err != nil {
			return
		}
	}
}

// pause is the time from one fetch to the next, after so many failures in a row.
func (r *Remote) pause(failures int) time.Duration {
	if failures > 0 {
		return shorten(min(minInterval<<min(failures-1, 16), r.cfg.Cooldown))
	}
	age := r.current.Load().maxAge
	if age == 0 {
		age = r.cfg.MaxAge
	}
	return shorten(min(age, r.cfg.MaxStale/2))
}

// shorten takes up to a tenth off, so that processes started together do not ask
// together. Nothing is added: a key that the issuer takes back is one that somebody
// else may have (SECURITY KEY-04).
func shorten(d time.Duration) time.Duration { return d - rand.N(d/10+1) }

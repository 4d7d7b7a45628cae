package spec

import (
	"strings"
	"time"
)

// Beyond longAccess a stolen token is worth stealing. Below shortAccess and
// shortLogin nobody could work.
const (
	longAccess  = time.Hour
	shortAccess = 10 * time.Second
	shortLogin  = time.Hour
)

func (w *walker) checkJWT(j *JWT) {
	w.checkClaims(j.Claims)
	if j.Verify != nil {
		w.checkVerify(j)
		return
	}

	w.checkAlgorithm(j.Algorithm)
	w.checkAccess(j)
	if j.Refresh != nil {
		w.checkRefresh(j.Refresh)
	}
	w.checkRevocation(j.Revocation)
	w.checkJWKSPath(j.JWKS.Path)
}

func (w *walker) checkAlgorithm(a Algorithm) {
	const algorithm = "strategies.jwt.algorithm"

	if a == HS256 && w.sound(algorithm) {
		w.warnAt(algorithm, fault{
			message: "whoever verifies tokens of HS256 can also issue them, and no keys are published",
			hint:    "for example algorithm: EdDSA",
		})
	}
}

func (w *walker) checkAccess(j *JWT) {
	const ttl = "strategies.jwt.access_ttl"

	switch {
	case !w.sound(ttl):
	case j.AccessTTL > longAccess:
		w.warnAt(ttl, fault{
			message: "a stolen access token works for up to " + formatDuration(j.AccessTTL) + ", unless it is revoked before",
			hint:    "for example access_ttl: 15m",
		})
	case j.AccessTTL < shortAccess:
		w.warnAt(ttl, fault{message: "access tokens end after " + formatDuration(j.AccessTTL) + ", which is for tests"})
	}
}

func (w *walker) checkRefresh(r *Refresh) {
	const ttl, idle = "strategies.jwt.refresh.ttl", "strategies.jwt.refresh.idle_ttl"

	if !w.sound(ttl) {
		return
	}
	r.IdleTTL = w.within(idle, r.IdleTTL, ttl, r.TTL)
	if r.TTL < shortLogin {
		w.warnAt(ttl, fault{message: "logins end after " + formatDuration(r.TTL) + ", which is for tests"})
	}
}

func (w *walker) checkRevocation(r Revocation) {
	const storage, staleness = "strategies.jwt.revocation.storage", "strategies.jwt.revocation.max_staleness"

	if w.sound(staleness) && r.MaxStaleness > longStaleness {
		w.warnAt(staleness, fault{
			message: "a revoked access token works for up to " + formatDuration(r.MaxStaleness),
			hint:    "for example max_staleness: 10s",
		})
	}
	if w.sound(storage) && r.Storage == RevocationMemory {
		w.warnAt(storage, fault{
			message: "what was revoked is kept in one process; a restart ends every access token",
			hint:    "for example storage: database",
		})
	}
}

// checkJWKSPath keeps the key set away from the other endpoints, now and when a
// strategy adds more. Those stand under the prefix. Without one they could be
// anywhere, but none begins with an element that has a dot.
func (w *walker) checkJWKSPath(at string) {
	const path, prefix = "strategies.jwt.jwks.path", "http.prefix"
	root := w.spec.HTTP.Prefix
	first, _, _ := strings.Cut(at[1:], "/")

	switch {
	case !w.sound(path, prefix):
	case root == "" && !strings.Contains(first, "."):
		w.refuseAt(path, fault{
			message: "expected a path apart from the endpoints, found " + quote(at) + " where they stand at the root: a first element with a dot is none of theirs",
			hint:    "for example path: /.well-known/jwks.json",
		})
	case root != "" && (strings.EqualFold(at, root) || inside(at, root)):
		w.refuseAt(path, fault{
			message: "expected a path outside http.prefix, found " + quote(at) + " in " + quote(root) + ", where other endpoints are",
			hint:    "for example path: /.well-known/jwks.json",
		})
	}
}

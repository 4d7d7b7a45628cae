package spec

import "strings"

// checkUnused warns about keys that are about a strategy that is not picked, or
// that what was picked has no use for. They would be read and mean nothing, which
// is not what their author thinks.
func (w *walker) checkUnused() {
	s := w.spec.Strategies
	if s.JWT != nil && s.JWT.Verify != nil {
		w.checkUnusedByVerifier()
		return
	}

	if !s.logins() {
		w.warnUnused("users.registration", "session", "jwt")
		w.warnUnused("rate_limit.login", "session", "jwt")
		w.warnUnused("rate_limit.register", "session", "jwt")
	}
	if s.Session == nil && len(w.spec.HTTP.TrustedOrigins) > 0 { // they are about cookies
		w.warnUnused("http.trusted_origins", "session")
	}
	if s.APIKey == nil {
		w.warnUnused("rate_limit.api_key_failure", "api_key")
	}
	if !s.serves() {
		w.warnIdle("rate_limit.token", "without oauth.server")
	}
	w.checkUnusedByJWT(s.JWT)
}

func (w *walker) checkUnusedByJWT(j *JWT) {
	switch {
	case j == nil:
		w.warnUnused("rate_limit.refresh", "jwt")
		return
	case j.Refresh == nil && !w.spec.Strategies.Exchanges():
		w.warnIdle("rate_limit.refresh", "with refresh: off")
	}
	if j.Algorithm == HS256 {
		w.warnIdle("strategies.jwt.jwks", "with HS256, which has no public keys")
	}
}

// checkUnusedByVerifier is about a service that keeps nothing.
func (w *walker) checkUnusedByVerifier() {
	w.warnIdle("http.trusted_origins", "with jwt.verify, which sets no cookie")
	w.warnIdle("output.migrations", "with jwt.verify, which stores nothing")
	w.warnIdle("output.migration_format", "with jwt.verify, which stores nothing")
}

// warnUnused says that what is written at path takes one of the strategies.
func (w *walker) warnUnused(path string, strategies ...string) {
	if !w.written(path) || !w.sound(path) {
		return
	}
	w.warnAt(path, fault{
		message: "has no effect without " + strings.Join(strategies, " or "),
		hint:    "remove it, or add " + strings.Join(strategies, ": {} or ") + ": {} under strategies",
	})
}

// warnIdle says that what is written at path has no effect, and why.
func (w *walker) warnIdle(path, why string) {
	if w.written(path) && w.sound(path) {
		w.warnAt(path, fault{message: "has no effect " + why, hint: "remove it"})
	}
}

// logins reports whether people can register and log in through an endpoint.
func (s Strategies) logins() bool { return s.Session != nil || s.Issues() }

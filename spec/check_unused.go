package spec

// checkUnused warns about keys that are about a strategy that is not picked.
// They would be read and mean nothing, which is not what their author thinks.
func (w *walker) checkUnused() {
	if !w.spec.Strategies.logins() {
		w.warnUnused("users.registration", "session")
		w.warnUnused("rate_limit.login", "session")
		w.warnUnused("rate_limit.register", "session")
		if len(w.spec.HTTP.TrustedOrigins) > 0 { // they are about cookies
			w.warnUnused("http.trusted_origins", "session")
		}
	}
	if w.spec.Strategies.APIKey == nil {
		w.warnUnused("rate_limit.api_key_failure", "api_key")
	}
}

func (w *walker) warnUnused(path, strategy string) {
	if !w.written(path) || !w.sound(path) {
		return
	}
	w.warnAt(path, fault{
		message: "has no effect without " + strategy,
		hint:    "remove it, or add " + strategy + ": {} under strategies",
	})
}

// logins reports whether people can register and log in through an endpoint.
func (s Strategies) logins() bool { return s.Session != nil || s.Issues() }

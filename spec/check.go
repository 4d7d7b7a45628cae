package spec

// check looks for what no field can say of itself: two keys that contradict
// each other, and values that are allowed and yet worth a second look. Where a
// value of its own was wrong already, nothing is said about it again.
func (w *walker) check() {
	w.checkOutput()
	w.checkHTTP()
	w.checkScopes()
	w.checkRoles()
	w.checkUsersTable()
	w.checkColumns()
	w.checkPassword()
	w.checkRateLimit()
	w.checkAudit()
	w.checkUnused()
	w.checkOrder()
	if w.spec.Strategies.APIKey != nil {
		w.checkAPIKey(w.spec.Strategies.APIKey)
	}
	if w.spec.Strategies.JWT != nil {
		w.checkJWT(w.spec.Strategies.JWT)
	}
	if w.spec.Strategies.Session != nil {
		w.checkSession(w.spec.Strategies.Session)
	}
	if w.spec.Strategies.OAuth != nil {
		w.checkOAuth(w.spec.Strategies.OAuth)
	}
	w.checkPolicies()
	w.checkDeprecated()
}

func (w *walker) checkHTTP() {
	for i, cidr := range w.spec.HTTP.TrustedProxies {
		if w.sound("http.trusted_proxies") && wide(cidr) {
			w.warnAt(index("http.trusted_proxies", i), fault{
				message: "the network " + cidr + " is larger than one operator's: every client in it can choose the address it is limited by",
				hint:    "list the proxies' own networks",
			})
		}
	}
}

// manyGuesses is the rate of logins a minute above which a limit no longer
// stands in the way of guessing (SECURITY RL-07).
const manyGuesses = 100

func (w *walker) checkRateLimit() {
	const login = "rate_limit.login"
	r := w.spec.RateLimit.Login

	if w.sound(login) && w.spec.Strategies.logins() && float64(r.Count) > manyGuesses*r.Per.Minutes() {
		w.warnAt(login, fault{
			message: r.String() + " allows more than 100 guesses a minute at one account",
			hint:    "for example login: 5/1m",
		})
	}
}

package spec

// check looks for what no field can say of itself: two keys that contradict
// each other, and values that are allowed and yet worth a second look. Where a
// value of its own was wrong already, nothing is said about it again.
func (w *walker) check() {
	w.checkOutput()
	w.checkHTTP()
	w.checkScopes()
	w.checkRoles()
	w.checkPassword()
	w.checkRateLimit()
	if w.spec.Strategies.Session != nil {
		w.checkSession(w.spec.Strategies.Session)
	}
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

// weakLength is the length below which a password alone is too short
// (SECURITY PWD-03).
const weakLength = 15

func (w *walker) checkPassword() {
	const length, memory, iterations = "users.password.min_length", "users.password.memory", "users.password.iterations"
	p := w.spec.Users.Password

	if w.sound(length) && p.MinLength < weakLength {
		w.warnAt(length, fault{
			message: "below 15 characters a password needs a second factor, and authgen does not ask for one",
			hint:    "for example min_length: 15",
		})
	}
	if w.sound(memory, iterations) && p.Iterations == 1 && p.Memory < minMemoryOnce {
		w.refuseAt(iterations, fault{
			message: "expected at least 2, found 1: a single pass is below OWASP's minimum for argon2id with less than 46MiB of memory, and memory is " + formatSize(p.Memory),
			hint:    "for example iterations: 2, or memory: 46MiB",
		})
	}
}

// manyGuesses is the rate of logins a minute above which a limit no longer
// stands in the way of guessing (SECURITY RL-07).
const manyGuesses = 100

func (w *walker) checkRateLimit() {
	const login = "rate_limit.login"
	r := w.spec.RateLimit.Login

	if w.sound(login) && float64(r.Count) > manyGuesses*r.Per.Minutes() {
		w.warnAt(login, fault{
			message: r.String() + " allows more than 100 guesses a minute at one account",
			hint:    "for example login: 5/1m",
		})
	}
}

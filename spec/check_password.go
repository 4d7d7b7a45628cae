package spec

import "strconv"

// checkPassword holds the cost of a hash between what guessing and what a
// login can bear; the runtime has the same bounds (SECURITY PWD-01, Z-07).
func (w *walker) checkPassword() {
	const length, memory, iterations = "users.password.min_length", "users.password.memory", "users.password.iterations"
	p := w.spec.Users.Password

	if w.sound(length) && p.MinLength < weakLength {
		w.warnAt(length, fault{
			message: "below 15 characters a password needs a second factor, and authgen does not ask for one",
			hint:    "for example min_length: 15",
		})
	}
	if !w.sound(memory, iterations) {
		return
	}

	// The complaint goes to the key that the file has; to memory if both.
	at := memory
	if !w.written(memory) {
		at = iterations
	}
	if least := leastMemory(p.Iterations); p.Memory < least {
		w.refuseAt(at, fault{
			message: "expected at least " + formatSize(least) + " of memory for " + passes(p.Iterations) + ", found " + formatSize(p.Memory) + ": less is below OWASP's minimum for argon2id",
			hint:    "for example password: {memory: 19MiB, iterations: 2}",
		})
	}
	if p.Memory*int64(p.Iterations) > maxWork {
		w.refuseAt(at, fault{
			message: "expected memory times iterations to be at most " + formatSize(maxWork) + ", found " + formatSize(p.Memory*int64(p.Iterations)) + ": a login would take seconds",
			hint:    "for example password: {memory: 19MiB, iterations: 2}",
		})
	}
}

// leastMemory returns what argon2id needs at least for a number of passes: the
// settings that OWASP and ASVS 5.0 (appendix C) list as equally strong.
func leastMemory(iterations int) int64 {
	switch iterations {
	case 1:
		return 46 * mib
	case 2:
		return 19 * mib
	}

	return minMemory
}

func passes(n int) string {
	if n == 1 {
		return "1 iteration"
	}

	return strconv.Itoa(n) + " iterations"
}

package spec

import "time"

// The caps of the language. A value beyond one is more likely a slip than a
// wish, or takes the point out of the key.
const (
	maxScopes  = 100
	maxRoles   = 50
	maxOrigins = 100 // also proxies

	// maxSession is where browsers cut the life of any cookie (RFC 6265bis 5.5).
	maxSession = 400 * day
	maxRecent  = time.Hour

	// minMemory is OWASP's minimum for argon2id at two iterations, and
	// minMemoryOnce the one for a single pass (SECURITY PWD-01).
	minMemory     = 19 * mib
	minMemoryOnce = 46 * mib
	maxMemory     = gib
)

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

	// A minimum above 64 would refuse passwords that are long enough by any
	// standard (ASVS 5.0, 6.2.9); weakLength is the least for a password that
	// is the only factor (SECURITY PWD-03).
	minLength  = 8
	maxLength  = 64
	weakLength = 15

	// minMemory is what argon2id needs however many passes it makes; see
	// leastMemory. The caps keep one hash within a second and a process that
	// hashes on every core within its memory.
	minMemory      = 12 * mib
	maxMemory      = 256 * mib
	maxWork        = gib // memory times iterations
	maxIterations  = 32
	maxParallelism = 16
)

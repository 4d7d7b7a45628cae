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

	// maxKeyAge leaves nobody with a key that outlives whoever made it by years;
	// an overlap longer than maxOverlap is two keys, not a rotation.
	maxKeyAge  = 730 * day
	maxOverlap = 30 * day
	maxKeys    = 100 // of one owner

	// maxFlush is how far last_used_at may lag behind, maxStaleness how far a
	// revocation may.
	maxFlush     = time.Hour
	maxStaleness = 5 * time.Minute

	// maxAccess is the longest life of a token that nobody has to ask about;
	// maxLeeway is how far clocks of servers differ at worst (SECURITY JWT-12).
	maxAccess   = day
	maxLeeway   = 5 * time.Minute
	maxClaims   = 64 // as the runtime
	maxAudience = 20

	// A login that refreshes lives as long as a session can; a grace longer than
	// maxGrace would hide a stolen token.
	minRefresh = time.Minute
	maxRefresh = maxSession
	maxGrace   = time.Minute

	maxJWKSAge = day

	maxProviders = 32

	maxStrategies = 3 // that act on requests
	maxPolicies   = 100

	// maxRetention is longer than any rule asks for that an event be kept.
	maxRetention     = 3650 * day
	defaultRetention = 90 * day

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

package spec

import "time"

// JWT is the strategy of signed access tokens. A service issues its own, with
// logins and refresh tokens, or only verifies those of another issuer; then
// Verify is set, and Refresh, AccessTTL, Revocation and JWKS are zero, because
// they are the issuer's affair.
type JWT struct {
	Algorithm  Algorithm     // with Verify it may be "": whichever the issuer's keys are for
	Issuer     string        // "" is the base URL at run time; never "" with Verify
	Audience   []string      // whom tokens are for; none is the issuer
	AccessTTL  time.Duration // the life of an access token
	Leeway     time.Duration // how far clocks may differ
	Claims     []Claim       // the application's own, in the order of the file
	Refresh    *Refresh      // nil for logins that end with their access token
	Revocation Revocation
	JWKS       JWKS
	Verify     *Verify     // nil issues
	Deprecated *Deprecated // nil for none
}

// A Claim is a claim of the application's own: what it is called in tokens, and
// what it holds. [ClaimField] is its name in Go.
type Claim struct {
	Name string
	Type ClaimType
}

// Refresh is the policy for refresh tokens. Its times are those of a login, which
// every token that comes of it shares.
type Refresh struct {
	TTL        time.Duration // absolute life
	IdleTTL    time.Duration // life without a refresh; at most TTL
	ReuseGrace time.Duration // how long a replaced token gives its successor again, for answers that got lost
}

// Revocation says where the access tokens that ended early are listed.
type Revocation struct {
	Storage      RevocationStorage
	MaxStaleness time.Duration // how old a kept answer may be; 0 asks the storage on every request
}

// JWKS says how the public keys are published. HS256 has none: it publishes an
// empty set.
type JWKS struct {
	Path   string        // "/.well-known/jwks.json": not under HTTP.Prefix
	MaxAge time.Duration // how long verifiers may keep the set
}

// Verify names the issuer's key set, for a service that only verifies tokens.
type Verify struct {
	JWKSURL                string // https, or http on a loopback host
	InsecurePrivateNetwork bool   // the host may have an address of a private network
}

// Issues reports whether JWTs are picked and this service makes them: people log
// in and get tokens, and the tokens can be refreshed and revoked.
func (s Strategies) Issues() bool { return s.JWT != nil && s.JWT.Verify == nil }

package spec

import "time"

// A Spec is what an authgen.yaml says, with every default made explicit: after
// Parse no field is left to be guessed by whoever reads it.
type Spec struct {
	Version    int
	Output     Output
	HTTP       HTTP
	Database   Database
	Scopes     []string // the application's vocabulary, in the order of the file
	Users      Users
	Strategies Strategies
	Order      []string // of the strategies that act on requests, all of them: which credential is looked for first
	Policies   []Policy // in the order of the file
	RateLimit  RateLimit
	Audit      Audit
	Metrics    Metrics

	// Warnings are what is allowed and yet worth a second look, in file order.
	Warnings Diagnostics
}

// Output says where generated files go. Paths are slash-separated, clean,
// relative to the folder of the spec, and never leave it.
type Output struct {
	Dir             string
	Migrations      string
	MigrationFormat MigrationFormat
	Tests           bool
}

// HTTP says how the generated endpoints are mounted.
type HTTP struct {
	Router         Router
	Prefix         string   // "" for the root, else "/auth": no slash at its end
	TrustedProxies []string // CIDRs
	TrustedOrigins []string // scheme://host[:port]
}

// Users describes the table of accounts and what an account may do.
type Users struct {
	Table        string
	ID           IDType
	Existing     bool        // the table is the application's: only columns that it lacks are added
	Columns      UserColumns // of an existing table; zero for one that authgen makes
	Roles        []Role      // in the order of the file
	DefaultRole  string      // "" for a service that only verifies tokens: it makes no users
	Registration Registration
	Password     Password
}

// UserColumns are the columns of an existing table that are the application's, two of
// them always.
type UserColumns struct {
	ID           string
	Email        string
	PasswordHash string // "" when there is none, and one is added
	Roles        string // likewise
}

// A Role is a named set of scopes.
type Role struct {
	Name   string
	Scopes []string
}

// Password is the policy for new passwords and the cost of argon2id.
type Password struct {
	MinLength   int   // code points
	Memory      int64 // bytes
	Iterations  int
	Parallelism int
}

// Strategies holds the picked strategies; nil is not picked.
type Strategies struct {
	APIKey  *APIKey
	JWT     *JWT
	Session *Session
	OAuth   *OAuth
}

// APIKey is the strategy of keys that programs send in a header.
type APIKey struct {
	Header          string        // as written; header names are compared without case
	Prefix          string        // what every key begins with, before an underscore
	MaxAge          time.Duration // the longest life of a key, and its life when none is asked for
	WarnBefore      time.Duration // how long before its end a key is reported as expiring; at most MaxAge
	MaxActive       int           // keys of one owner
	RotationOverlap time.Duration // how long a rotated key stays valid; at most MaxAge
	LastUsedFlush   time.Duration // how often last_used_at is written
	MaxStaleness    time.Duration // how old a kept record may be; 0 asks the store on every request
	RateLimit       Rate          // requests of one key
	Deprecated      *Deprecated   // nil for none
}

// Session is the cookie strategy.
type Session struct {
	Cookie      Cookie
	TTL         time.Duration // absolute life
	IdleTimeout time.Duration
	Remember    time.Duration // absolute life of a login that asks for it; 0 for none
	Recent      time.Duration // how old a login may be for changing credentials
	// MaxStaleness is how old a kept record may be; 0 asks the store on every request.
	MaxStaleness time.Duration
	Storage      SessionStorage
	Pages        bool        // HTML pages beside the endpoints
	Deprecated   *Deprecated // nil for none
}

// DefaultRecent is how old a login may be for changing credentials unless a
// session's Recent says otherwise, with or without sessions.
const DefaultRecent = 15 * time.Minute

// Cookie is the session cookie without the __Host- that https adds to its name.
type Cookie struct {
	Name     string
	SameSite SameSite
}

// RateLimit holds the limits of routes that check a secret.
type RateLimit struct {
	Storage       LimitStorage
	Login         Rate
	Register      Rate
	Refresh       Rate
	Token         Rate // of one OAuth client and of one client address
	APIKeyFailure Rate // of one client address
}

// A Rate is a number of events in a span of time, written 5/1m.
type Rate struct {
	Count int
	Per   time.Duration
}

// Audit says what becomes of events that matter to security.
type Audit struct {
	Sinks     []string      // SinkLog and SinkDatabase, at least one of them
	Retention time.Duration // how long events stay in the table
	Mode      AuditMode
}

// Package model says what will exist: names, routes, tables and stores, with
// every decision taken. Emitters read a Model and never the spec, so that a
// rule about the spec is written once, here.
package model

import (
	"time"

	"github.com/authgen-go/authgen/generator/internal/migrate"
	"github.com/authgen-go/authgen/spec"
)

// A Model is everything that the emitters need.
type Model struct {
	Package    string // name of the generated package
	ImportPath string // its import path
	Dir        string // its folder, relative to the project's root
	Source     string // the spec's file name, for the header

	Migrations Migrations
	Database   spec.Database
	Router     spec.Router
	Prefix     string // of the generated endpoints: "" or "/auth"
	Proxies    []string
	Origins    []string

	ID         ID
	Users      Users
	Scopes     []Const
	Roles      []Role
	Strategies []Strategy // that act on requests, in the order in which credentials are looked for
	Policies   []Policy
	APIKey     *APIKey      // nil when not picked
	JWT        *JWT         // nil when not picked
	Session    *Session     // nil when not picked
	OAuth      *OAuth       // logins through providers; nil for none
	Server     *OAuthServer // the token endpoint for machines; nil for none

	OAuthDeprecated     *Deprecated // nil when logins through providers stay
	ExchangesForTokens  bool        // whether a session can be exchanged for tokens
	ExchangesForSession bool        // whether an access token can be exchanged for a session

	UsedTable string        // of what may be used once; "" where nothing is
	Recent    time.Duration // how old a login may be for changing credentials
	Limits    Limits
	Audit     Audit
	Routes    []Route
	Schema    migrate.Schema
	Metrics   bool // whether what is counted goes to OpenTelemetry
	Tests     bool
}

// Migrations says where SQL files and the package that embeds them live.
type Migrations struct {
	Dir        string
	Package    string
	ImportPath string
	Format     spec.MigrationFormat
}

// A Const is a typed constant that stands for a word of the spec.
type Const struct {
	Name  string // Go name: ScopeReportsRead
	Value string // reports:read
}

// A Role is a role's constant and the constants of the scopes it holds.
type Role struct {
	Const
	Scopes []string
}

// A Strategy is a picked strategy.
type Strategy struct {
	Const
	Doc        string      // what it is, as the end of "StrategyX is …"
	Deprecated *Deprecated // nil for one that stays
}

// Users says how accounts are kept.
type Users struct {
	Table        string
	Existing     bool // whether the table is the application's
	Columns      UserColumns
	StandIn      string       // makes a table such as an existing one, for tests; "" where Migrate makes it
	Loose        []LooseTable // what no foreign key removes with a user
	DefaultRole  string       // constant
	Registration bool
	MinLength    int
	MemoryKiB    int64
	Iterations   int
	Parallelism  int
}

// A LooseTable has rows of users that stay when a user is deleted, because nothing but
// the column leads to them.
type LooseTable struct {
	Table  string
	Column string // the user's id
}

// UserColumns are the names of the columns of accounts as the database has them: in SQL
// they may have to be quoted. CreatedAt and UpdatedAt are "" where there is no such
// column, and the time at which a user came is then unknown.
type UserColumns struct {
	ID           string
	Email        string
	PasswordHash string
	Roles        string
	AuthVersion  string
	DisabledAt   string
	CreatedAt    string
	UpdatedAt    string
}

// Session is the cookie strategy with its numbers.
type Session struct {
	Table       string
	CookieName  string
	SameSite    spec.SameSite
	TTL         time.Duration
	IdleTimeout time.Duration
	Remember    time.Duration // 0 when a login cannot ask for it
	Recent      time.Duration
	InMemory    bool
	InRedis     bool

	MaxStaleness time.Duration
	Pages        bool // whether there are HTML pages
	Deprecated   *Deprecated
}

// APIKey is the API-key strategy with its numbers.
type APIKey struct {
	Table           string
	Header          string
	Prefix          string
	MaxAge          time.Duration
	WarnBefore      time.Duration
	MaxActive       int
	RotationOverlap time.Duration
	LastUsedFlush   time.Duration
	MaxStaleness    time.Duration
	RateLimit       spec.Rate
	Deprecated      *Deprecated
}

// JWT is the strategy of signed access tokens with its numbers.
type JWT struct {
	Algorithm    spec.Algorithm
	Issuer       string   // "" for the base URL at run time
	Audience     []string // none for the issuer
	AccessTTL    time.Duration
	Leeway       time.Duration
	Claims       []Claim  // the application's own
	Refresh      *Refresh // nil for none
	RevokedTable string
	InMemory     bool // whether revoked tokens are listed in memory
	InRedis      bool // whether they are listed in Redis
	MaxStaleness time.Duration
	JWKSPath     string
	JWKSMaxAge   time.Duration
	Verify       *Verify // nil for an issuer
	Deprecated   *Deprecated
}

// A Claim is a claim of the application's own.
type Claim struct {
	Name  string
	Field string // of the Go struct
	Type  spec.ClaimType
}

// Refresh is how refresh tokens live.
type Refresh struct {
	Table   string
	TTL     time.Duration
	IdleTTL time.Duration
	Grace   time.Duration
}

// Verify is where the keys of another issuer are.
type Verify struct {
	JWKSURL        string
	PrivateNetwork bool
}

// OAuth is how people log in through providers.
type OAuth struct {
	Table       string
	Providers   []Provider
	Tokens      bool // whether a login gives tokens, and not a session
	LinkByEmail bool
	KeepTokens  bool
	Forms       bool // whether a provider answers by a form
}

// A Provider is where people log in.
type Provider struct {
	Name   string
	Env    string // what its variables in the environment begin with
	Maker  string // function of the runtime that makes it; "" for any of OpenID Connect
	Issuer string // "" for that of the maker
	Scopes []string
}

// OAuthServer is the token endpoint for machines with its numbers.
type OAuthServer struct {
	ClientsTable string
	TokenTTL     time.Duration
	Overlap      time.Duration
}

// Limits are the limits of the routes that check a secret.
type Limits struct {
	InRedis       bool   // whether attempts are counted there
	Table         string // in which attempts are counted, "" for none
	Login         spec.Rate
	Register      spec.Rate
	Refresh       spec.Rate
	Token         spec.Rate
	APIKeyFailure spec.Rate
}

// Audit is what becomes of events.
type Audit struct {
	Log       bool          // whether they go to the log
	Table     string        // in which they are kept, "" for none
	Retention time.Duration // how long
	Required  bool          // whether nothing changes while they cannot be kept
}

// A Route is one generated endpoint.
type Route struct {
	Method  string
	Path    string // with the prefix
	Name    string // of the route, for logs and lists
	Handler string // the method that serves it
	Public  bool   // served without an identity
	Person  bool   // served to somebody who logged in, and to no key that acts for them
	Ready   bool   // Handler returns the http.Handler
	Page    bool   // a page, or what belongs to one, and no part of the API
	Any     bool   // served to a machine too, where there are any
	OAuth   bool   // answers as RFC 6749 has it
	Counted bool   // is where logins through providers, or machines, authenticate
	Retires bool   // ends with logins through providers, or the token endpoint
	Browser bool   // a browser is led here, by a provider or to one
	Form    string // constant of the form that may post to it, "" for none
	// Limit is the limit of rate_limit that its tries are taken from, for it checks a secret
	// or starts a flow (SECURITY RL-01). Unlimited says why there is none.
	Limit     string
	Unlimited string
	By        string // constant of the strategy whose credential it is about, "" for any
	Doc       string // what it does, for the package's documentation
}

// Accounts reports whether there are users here, in a database: a service that only
// verifies another issuer's tokens has neither.
func (m *Model) Accounts() bool { return m.JWT == nil || m.JWT.Verify == nil }

// Redis reports whether anything is kept in Redis.
func (m *Model) Redis() bool {
	return m.Limits.InRedis || m.Session != nil && m.Session.InRedis || m.JWT != nil && m.JWT.InRedis
}

// Issues reports whether access tokens are made here.
func (m *Model) Issues() bool { return m.JWT != nil && m.JWT.Verify == nil }

// Logins reports whether people log in here: whether there are endpoints for
// registering, logging in and changing a password.
func (m *Model) Logins() bool { return m.Session != nil || m.Issues() }

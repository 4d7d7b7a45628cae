package spec

// A MigrationFormat is the tool whose file layout emitted migrations follow.
type MigrationFormat string

// The migration formats. The folder can be run by the tool of the same name.
const (
	FormatGoose         MigrationFormat = "goose"          // github.com/pressly/goose: one file, Up and Down sections
	FormatGolangMigrate MigrationFormat = "golang-migrate" // github.com/golang-migrate/migrate: a pair of files
	FormatDbmate        MigrationFormat = "dbmate"         // github.com/amacneil/dbmate: one file, up and down sections
	FormatAtlas         MigrationFormat = "atlas"          // ariga.io/atlas: one file, and a sum of all of them
	FormatPlain         MigrationFormat = "plain"          // a pair of files, for whatever applies them
)

// A Database is where users and sessions are kept.
type Database string

// The databases.
const (
	SQLite   Database = "sqlite"   // embedded, through a pure Go driver
	Postgres Database = "postgres" // PostgreSQL, through pgx
	MySQL    Database = "mysql"    // MySQL or MariaDB
)

// An IDType is the type of a user's id, in Go and in the table.
type IDType string

// The types of user ids.
const (
	IDUUID   IDType = "uuid"   // a version 7 UUID, made by the generated package
	IDInt64  IDType = "int64"  // assigned by the database
	IDString IDType = "string" // opaque text, made by the generated package
)

// A Router is the HTTP router that the generated endpoints are mounted on.
type Router string

// The routers.
const (
	RouterNetHTTP Router = "net/http"
	RouterChi     Router = "chi"
	RouterGin     Router = "gin"
	RouterEcho    Router = "echo"
)

// A Registration says who may create an account.
type Registration string

// The ways to register.
const (
	RegistrationOpen   Registration = "open"   // anyone, at the register endpoint
	RegistrationClosed Registration = "closed" // only the application, from Go
)

// A SessionStorage is where sessions are kept.
type SessionStorage string

// The session storages.
const (
	SessionDatabase SessionStorage = "database" // a table beside the users'
	SessionRedis    SessionStorage = "redis"    // Redis, which several processes share
	SessionMemory   SessionStorage = "memory"   // one process; a restart ends every session
)

// A SameSite is the attribute of that name of the session cookie. There is no
// "none": a session cookie that other sites can send is not offered.
type SameSite string

// The same-site modes.
const (
	SameSiteLax    SameSite = "lax"
	SameSiteStrict SameSite = "strict"
)

// A LimitStorage is where rate limits are counted.
type LimitStorage string

// The limit storages.
const (
	LimitMemory   LimitStorage = "memory"   // one process; a restart forgets the counts
	LimitRedis    LimitStorage = "redis"    // Redis, which several processes share
	LimitDatabase LimitStorage = "database" // a table beside the users', which several processes share
)

// An Algorithm is a signature algorithm of JWTs, by its name in RFC 7518 and
// RFC 8037.
type Algorithm string

// The algorithms.
const (
	HS256 Algorithm = "HS256" // a shared secret: whoever verifies can also issue
	RS256 Algorithm = "RS256"
	ES256 Algorithm = "ES256"
	EdDSA Algorithm = "EdDSA" // Ed25519
)

// A ClaimType is the type of a claim of the application's own, by its name in Go.
type ClaimType string

// The types of claims. In a token they are a string, a number, true or false, a
// string, and an array of strings.
const (
	ClaimString  ClaimType = "string"
	ClaimInt64   ClaimType = "int64"
	ClaimBool    ClaimType = "bool"
	ClaimUUID    ClaimType = "uuid"
	ClaimStrings ClaimType = "[]string"
)

// An OAuthIssue is what a login through a provider gives.
type OAuthIssue string

// What a login through a provider can give.
const (
	IssueSession OAuthIssue = "session" // the cookie of a session
	IssueJWT     OAuthIssue = "jwt"     // access and refresh tokens
)

// An OAuthLink says when a login through a provider is linked to an account by its
// e-mail address alone.
type OAuthLink string

// The ways to link.
const (
	LinkNever    OAuthLink = "never"
	LinkVerified OAuthLink = "verified" // if providers have verified it on both sides
)

// A RevocationStorage is where revoked access tokens are listed.
type RevocationStorage string

// The revocation storages.
const (
	RevocationDatabase RevocationStorage = "database" // a table beside the users'
	RevocationRedis    RevocationStorage = "redis"    // Redis, which several processes share
	RevocationMemory   RevocationStorage = "memory"   // one process; a restart ends every access token
)

// The sinks of audit events.
const (
	SinkLog      = "log"      // slog
	SinkDatabase = "database" // a table beside the users'
)

// An AuditMode is what happens when an event cannot be kept.
type AuditMode string

// The modes.
const (
	AuditBestEffort AuditMode = "best_effort" // it is lost, and counted
	AuditRequired   AuditMode = "required"    // nothing is changed
)

// A Metrics is where numbers go.
type Metrics string

// Where numbers can go.
const (
	MetricsNone Metrics = "none" // nowhere, but they can be read
	MetricsOTel Metrics = "otel" // OpenTelemetry's metric API
)

package spec

// A MigrationFormat is the tool whose file layout emitted migrations follow.
type MigrationFormat string

// The migration formats. The folder can be run by the tool of the same name.
const (
	FormatGoose MigrationFormat = "goose" // github.com/pressly/goose: one file, Up and Down sections
)

// A Database is where users and sessions are kept.
type Database string

// The databases.
const (
	SQLite Database = "sqlite" // embedded, through a pure Go driver
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
	LimitMemory LimitStorage = "memory" // one process; a restart forgets the counts
)

package migrate

// A Format is the tool whose files a program embeds and whose table of versions it
// keeps, so that the two can take turns on one database. Goose is in a package of its
// own.
type Format string

// The formats.
const (
	GolangMigrate Format = "golang-migrate" // with its schema_migrations: one version, clean or dirty
	Dbmate        Format = "dbmate"         // with its schema_migrations: every version
	Atlas         Format = "atlas"          // with auth_schema_versions, which atlas does not know
	Plain         Format = "plain"          // likewise
)

// table is where versions are kept.
func (f Format) table() string {
	if f == GolangMigrate || f == Dbmate {
		return "schema_migrations"
	}
	return "auth_schema_versions"
}

package gocode

import (
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// migrateFile emits Migrate, for databases that live with the program.
func migrateFile(m *model.Model) []jen.Code {
	run, what, args := migrateRun(m)
	param := jen.Id("db").Add(ptr(jen.Qual("database/sql", "DB")))
	var body []jen.Code
	if m.Database == spec.Postgres {
		param = jen.Id("pool").Add(ptr(jen.Qual(pgxpoolImport, "Pool")))
		body = append(body,
			jen.Comment("The handle borrows connections of the pool, which stays open."),
			jen.Id("db").Op(":=").Qual(stdlibImport, "OpenDBFromPool").Call(jen.Id("pool")),
			jen.Defer().Func().Params().Block(jen.Id("_").Op("=").Add(call("db.Close"))).Call().Line(),
		)
	}
	call := append([]jen.Code{jen.Id("ctx"), jen.Id("db"), migrateDialect(m.Database)}, args...)
	body = append(body, jen.Return(run.Call(append(call, jen.Qual(m.Migrations.ImportPath, "FS").Call())...)))
	return []jen.Code{
		function("Migrate", `
Migrate applies the migrations that the database does not have yet`+what+`.
Processes that start together may all call it: one applies, the others wait. A
database that is newer than the program, or that holds half of a migration, is
refused with a *migrate.MismatchError. Its user must be allowed to change
tables; where the one that serves is not, run the migrations as a step of the
deployment.`,
			signature{params: []jen.Code{jen.Id("ctx").Add(ctxType()), param}, results: []jen.Code{jen.Error()}}, body...),
	}
}

// migrateRun is the function of the runtime that applies migrations of the format, what
// it is told besides, and who sees what was applied.
func migrateRun(m *model.Model) (run *jen.Statement, what string, args []jen.Code) {
	const own = ", and notes them in the table auth_schema_versions"
	const shared = " and its version table see what was applied"
	switch m.Migrations.Format {
	case spec.FormatGolangMigrate:
		return rt("migrate", "Up"), "; golang-migrate" + shared, []jen.Code{rt("migrate", "GolangMigrate")}
	case spec.FormatDbmate:
		return rt("migrate", "Up"), "; dbmate" + shared, []jen.Code{rt("migrate", "Dbmate")}
	case spec.FormatAtlas:
		return rt("migrate", "Up"), own + ", of which atlas knows nothing: on one database it is either the one or the other", []jen.Code{rt("migrate", "Atlas")}
	case spec.FormatPlain:
		return rt("migrate", "Up"), own, []jen.Code{rt("migrate", "Plain")}
	default:
		return rt("migrate/goose", "Up"), "; goose" + shared, nil
	}
}

func migrateDialect(d spec.Database) jen.Code {
	names := map[spec.Database]string{spec.SQLite: "SQLite", spec.Postgres: "Postgres", spec.MySQL: "MySQL"}
	return rt("migrate", names[d])
}

// migrationsPackage emits the package that embeds the SQL files, in their own
// folder because go:embed does not reach up.
func migrationsPackage(m *model.Model) (File, error) {
	f := newFile(m, m.Migrations.ImportPath, m.Migrations.Package)
	f.PackageComment("Package " + m.Migrations.Package + " holds the migrations of the database.")
	f.Add(jen.Comment("//go:embed *.sql").Line().Var().Id("files").Qual("embed", "FS"))
	f.Line()
	f.Add(function("FS", "FS returns the migration files.", signature{results: []jen.Code{jen.Qual("io/fs", "FS")}},
		jen.Return(jen.Id("files"))))
	content, err := render("migrations.go", m.Source, f)
	return File{Path: path.Join(m.Migrations.Dir, "migrations.go"), Content: content}, err
}

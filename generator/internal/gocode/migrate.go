package gocode

import (
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// migrateFile emits Migrate, for databases that live with the program.
func migrateFile(m *model.Model) []jen.Code {
	return []jen.Code{
		function("Migrate", `
Migrate applies the migrations that db does not have yet; goose and its version
table see what was applied. It is meant for embedded databases and tests:
where several processes share a database, run the migrations as a step of the
deployment.`,
			signature{
				params:  []jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("db").Add(ptr(jen.Qual("database/sql", "DB")))},
				results: []jen.Code{jen.Error()},
			},
			jen.List(jen.Id("provider"), jen.Err()).Op(":=").Qual(gooseImport, "NewProvider").Call(
				jen.Qual(gooseImport, "DialectSQLite3"), jen.Id("db"), jen.Qual(m.Migrations.ImportPath, "FS").Call()),
			errNotNil(jen.Return(failed("migrate"))),
			jen.Comment("Another process may be faster with a migration, or with goose's own table:"),
			jen.Comment("the next try finds it done."),
			jen.For(jen.Range().Len(call("provider.ListSources")).Op("+").Lit(2)).Block(
				jen.If(jen.List(jen.Id("_"), jen.Err()).Op("=").Add(call("provider.Up", jen.Id("ctx"))), jen.Err().Op("==").Nil()).Block(jen.Return(jen.Nil())),
			).Line(),
			jen.Return(failed("migrate")),
		),
	}
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

package servertest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/migrate"
)

// onDatabases runs test for each database, with what it holds after all steps, by what
// goose makes of an empty one.
func onDatabases(t *testing.T, test func(t *testing.T, d migrate.Dialect, whole string)) {
	for _, d := range dialects() {
		t.Run(string(d), func(t *testing.T) {
			db := newDatabase(t, d)
			p := &project{format: "goose", dialect: d}
			p.grow(t, len(steps))
			p.mustMigrate(t, db)
			test(t, d, db.holds(t))
		})
	}
}

// TestSTO04_ToolsRunTheFolder holds that each tool that shares its table with the program
// takes turns with it on one database: the one goes on where the other stopped, and
// neither does anything twice; and that the tool undoes it all.
// SECURITY STO-04.
func TestSTO04_ToolsRunTheFolder(t *testing.T) {
	onDatabases(t, func(t *testing.T, d migrate.Dialect, want string) {
		for format, tool := range tools() {
			t.Run(format, func(t *testing.T) {
				p := &project{format: format, dialect: d}
				db := newDatabase(t, d)
				turns := []func(folder string){
					func(folder string) { tool.up(t, db, folder) },
					func(string) { p.mustMigrate(t, db) },
				}
				for i := range steps {
					p.grow(t, i+1)
					folder := p.folder(t)
					for _, turn := range []int{i % 2, (i + 1) % 2, i % 2} {
						turns[turn](folder)
						if version := tool.version(t, db, folder); version != p.newest {
							t.Fatalf("%s says version %s, want %s", format, version, p.newest)
						}
					}
				}
				if got := db.holds(t); got != want {
					t.Errorf("the database holds\n%s\nwant\n%s", got, want)
				}

				folder := p.folder(t)
				tool.down(t, db, folder)
				if left := db.holds(t); left != "" {
					t.Errorf("left after all was undone:\n%s", left)
				}
				p.mustMigrate(t, db)
				if version := tool.version(t, db, folder); version != p.newest || db.holds(t) != want {
					t.Errorf("after a second time %s says version %s", format, version)
				}
			})
		}
	})
}

// TestSTO04_AtlasRunsTheFolder holds that atlas accepts the sum of a folder that grew and
// runs it, that the program makes the same of an empty database, and that the comments
// say how to undo it.
// SECURITY STO-04.
func TestSTO04_AtlasRunsTheFolder(t *testing.T) {
	onDatabases(t, func(t *testing.T, d migrate.Dialect, want string) {
		p := &project{format: "atlas", dialect: d}
		p.grow(t, len(steps))
		byAtlas := newDatabase(t, d)
		runAtlas(t, byAtlas, p.folder(t))
		if got := byAtlas.holds(t); got != want {
			t.Errorf("atlas made\n%s\nwant\n%s", got, want)
		}
		undoAtlas(t, byAtlas, p)
		if left := byAtlas.holds(t); left != "" {
			t.Errorf("left after all was undone:\n%s", left)
		}
		byProgram(t, p, want)
	})
}

// TestSTO04_PlainIsSQL holds that clients of the databases take the files as they are.
// SECURITY STO-04.
func TestSTO04_PlainIsSQL(t *testing.T) {
	onDatabases(t, func(t *testing.T, d migrate.Dialect, want string) {
		p := &project{format: "plain", dialect: d}
		p.grow(t, len(steps))
		byHand := newDatabase(t, d)
		ups, downs := p.ways()
		for _, text := range ups {
			execFile(t, byHand, text)
		}
		if got := byHand.holds(t); got != want {
			t.Errorf("the files made\n%s\nwant\n%s", got, want)
		}
		for _, text := range downs {
			execFile(t, byHand, text)
		}
		if left := byHand.holds(t); left != "" {
			t.Errorf("left after all was undone:\n%s", left)
		}
		byProgram(t, p, want)
	})
}

// ways are the texts of a folder of pairs, in the order in which they are run.
func (p *project) ways() (ups, downs []string) {
	for _, f := range p.files {
		if strings.HasSuffix(f.Name, ".up.sql") {
			ups = append(ups, string(f.Content))
		} else {
			downs = slices.Insert(downs, 0, string(f.Content))
		}
	}
	return ups, downs
}

// byProgram holds that the program makes the same, one migration after the other.
func byProgram(t *testing.T, all *project, want string) {
	t.Helper()
	db := newDatabase(t, all.dialect)
	p := &project{format: all.format, dialect: all.dialect}
	for i := range steps {
		p.grow(t, i+1)
		p.mustMigrate(t, db)
		p.mustMigrate(t, db)
	}
	if got := db.holds(t); got != want {
		t.Errorf("the program made\n%s\nwant\n%s", got, want)
	}
	versions := texts(t, db.DB, "SELECT version FROM auth_schema_versions")
	if len(versions) != len(steps) || versions[len(versions)-1] != p.newest {
		t.Errorf("versions are %v", versions)
	}
}

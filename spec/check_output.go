package spec

import (
	"path"
	"strings"
)

// checkOutput keeps the two generated packages apart. Folders are compared
// without case, as some file systems do.
func (w *walker) checkOutput() {
	const dir, migrations = "output.dir", "output.migrations"
	if !w.sound(dir, migrations) {
		return
	}

	// The complaint goes to the key that the file has; to migrations if both.
	at := migrations
	if !w.written(migrations) {
		at = dir
	}
	d, m := w.spec.Output.Dir, w.spec.Output.Migrations

	switch {
	case strings.EqualFold(d, m):
		w.refuseAt(at, fault{
			message: "expected two folders, found " + quote(d) + " for both dir and migrations",
			hint:    "for example migrations: " + d + "/migrations",
		})
	case inside(d, m):
		w.refuseAt(at, fault{
			message: "expected dir outside migrations, found " + quote(d) + " in " + quote(m),
			hint:    "migrations inside dir is fine",
		})
	case inside(m, d+"/authtest") || strings.EqualFold(m, d+"/authtest"):
		w.refuseAt(at, fault{
			message: "expected a folder that nothing else is generated in, found " + quote(m) + ", where authtest goes",
			hint:    "for example migrations: " + d + "/migrations",
		})
	case path.Base(d) == path.Base(m):
		w.refuseAt(at, fault{
			message: "expected two package names, found " + quote(path.Base(d)) + " as last element of both dir and migrations: one package imports the other",
			hint:    "for example migrations: " + d + "/migrations",
		})
	}
}

// inside reports whether folder a is somewhere below folder b.
func inside(a, b string) bool {
	return len(a) > len(b) && a[len(b)] == '/' && strings.EqualFold(a[:len(b)], b)
}

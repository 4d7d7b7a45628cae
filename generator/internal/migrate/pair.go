package migrate

import (
	"bytes"
	"fmt"
)

// GolangMigrate is the format of github.com/golang-migrate/migrate: a file for each
// direction.
type GolangMigrate struct{ noIndex }

var _ Format = GolangMigrate{}

// Name returns golang-migrate.
func (GolangMigrate) Name() string { return "golang-migrate" }

// Files returns the two files of m.
func (GolangMigrate) Files(m Migration) []File { return pair(m) }

// Plain is SQL for whatever applies it: a file for each direction, and nothing in them
// that is not SQL.
type Plain struct{ noIndex }

var _ Format = Plain{}

// Name returns plain.
func (Plain) Name() string { return "plain" }

// Files returns the two files of m.
func (Plain) Files(m Migration) []File { return pair(m) }

func pair(m Migration) []File {
	up, down := bytes.NewBufferString(Header+"\n"), bytes.NewBufferString(Header+"\n")
	section{}.up(up, m.Changes)
	section{}.down(down, m.Changes)
	name := fmt.Sprintf("%s_%s.", m.Version, m.Name)
	return []File{{Name: name + "up.sql", Content: up.Bytes()}, {Name: name + "down.sql", Content: down.Bytes()}}
}

package migrate

import (
	"bytes"
	"fmt"
)

// Header is the first line of every migration file, whatever its format.
const Header = "-- Written by authgen from authgen.yaml. Do not edit: a changed spec adds a file."

// HasHeader reports whether authgen wrote the migration, going by its first line.
func HasHeader(content []byte) bool {
	line, _, _ := bytes.Cut(content, []byte("\n"))
	return string(bytes.TrimSuffix(line, []byte("\r"))) == Header
}

// A Migration is a set of changes under one version.
type Migration struct {
	Version string // see Next
	Name    string // see NameOf
	Changes []Change

	// Whole says that the database can do all of it in one transaction, or none.
	Whole bool
}

// A File is a file of a migration, to be put into the folder of migrations.
type File struct {
	Name    string
	Content []byte
}

// A Format lays a migration out for one migration tool.
type Format interface {
	// Name is the word authgen.yaml has for the format.
	Name() string

	// Files returns the files of a migration that has at least one change, each
	// beginning with Header.
	Files(m Migration) []File

	// Index returns the file that lists what a folder holds, given all of it, whoever
	// wrote it. It is rewritten with every migration. False is for a format without one.
	Index(folder []File) (File, bool)
}

// noIndex is for formats whose folders hold migrations alone.
type noIndex struct{}

func (noIndex) Index([]File) (File, bool) { return File{}, false }

// FormatOf returns the format that authgen.yaml calls name.
func FormatOf(name string) (Format, error) {
	for _, f := range formats() {
		if f.Name() == name {
			return f, nil
		}
	}
	return nil, fmt.Errorf("unknown migration format %q", name)
}

// formats is the table of migration tools.
func formats() []Format {
	return []Format{Goose{}, GolangMigrate{}, Dbmate{}, Atlas{}, Plain{}}
}

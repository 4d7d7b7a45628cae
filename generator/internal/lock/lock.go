package lock

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/authgen-go/authgen/generator/internal/migrate"
)

// Name is the file's name, beside authgen.yaml.
const Name = "authgen.lock"

// CurrentVersion is the version of the layout that Marshal writes and Parse reads.
const CurrentVersion = 1

// Merged stands in place of a hash when two branches recorded different ones:
// what is on disk came out of a merge, so it is stale rather than edited by hand.
const Merged = "merged"

// A Lock is what authgen.lock says.
type Lock struct {
	Version    int
	Tool       string            // the version of authgen that wrote it
	Files      map[string]string // generated files: slash-separated path below the project's root → Hash or Merged
	Format     string            // of the migrations; "" when there are none
	Migrations []Migration       // in the order they run
	Schema     migrate.Schema    // what the migrations add up to
}

// A Migration is a migration file that authgen wrote. A format with two files a
// migration has two of them under one version.
type Migration struct {
	Version string // digits
	Name    string
	File    string // the name in the migrations folder, without the folder
	SHA256  string // as Hash returns it
}

// New returns the lock of a project in which nothing was generated yet.
func New() *Lock {
	return &Lock{Version: CurrentVersion, Files: map[string]string{}}
}

// Clone returns a copy that shares nothing with l that Marshal writes.
func (l *Lock) Clone() *Lock {
	out := *l
	out.Files = maps.Clone(l.Files)
	if out.Files == nil {
		out.Files = map[string]string{}
	}
	out.Migrations = slices.Clone(l.Migrations)
	out.Schema = l.Schema.Canonical()
	return &out
}

// Hash returns the hash of a file's content as authgen.lock has it. Line ends
// count as LF, so that a checkout that turns them into CRLF is no edit.
func Hash(content []byte) string {
	sum := sha256.Sum256(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")))
	return hashPrefix + hex.EncodeToString(sum[:])
}

const hashPrefix = "sha256:"

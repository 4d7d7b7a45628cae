package migrate

import (
	"bytes"
	"fmt"
)

// Dbmate is the format of github.com/amacneil/dbmate: one file, both directions.
type Dbmate struct{ noIndex }

var _ Format = Dbmate{}

// Name returns dbmate.
func (Dbmate) Name() string { return "dbmate" }

// Files returns the one file of m. Where the database cannot take a migration back, the
// file says so, and dbmate does not open a transaction that would promise it.
func (Dbmate) Files(m Migration) []File {
	lines := section{mark: "migrate:"}
	option := ""
	if !m.Whole {
		option = " transaction:false"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n-- migrate:up%s\n", Header, option)
	lines.up(&b, m.Changes)
	fmt.Fprintf(&b, "\n-- migrate:down%s\n", option)
	lines.down(&b, m.Changes)
	return []File{{Name: m.Version + "_" + m.Name + ".sql", Content: b.Bytes()}}
}

package migrate

import (
	"strings"
	"testing"

	"github.com/authgen-go/authgen/spec"
)

// TestTablesNeedNoQuotes holds that a table of users that authgen makes can have no name
// that one of the databases would have to quote, so that a spec can change the database
// without renaming its table.
func TestTablesNeedNoQuotes(t *testing.T) {
	for _, d := range dialects() {
		for _, word := range strings.Fields(sqliteKeywords + postgresKeywords + mysqlKeywords) {
			word = strings.ToLower(word)
			if d.Quote(word) == word {
				continue
			}
			_, err := spec.Parse("authgen.yaml", []byte("version: 1\nstrategies: {session: {}}\nusers: {table: "+word+"}\n"))
			if err == nil {
				t.Errorf("%s: %s can be a table, and has to be quoted", d.Name(), word)
			}
		}
	}
}

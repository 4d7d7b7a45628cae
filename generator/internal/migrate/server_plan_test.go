package migrate

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A plannedPair is two schemas and a plan from the one to the other.
type plannedPair struct {
	have, target Schema
	changes      []Change
}

// drawPair draws a plan that the dialect takes; false is for one that it refuses.
func drawPair(t *rapid.T, d Dialect) (p plannedPair, ok bool) {
	p.have = drawSchema(t)
	p.have.Dialect = d.Name()
	want := evolve(t, p.have)
	if rapid.Bool().Draw(t, "alter") {
		want = alter(t, want)
	}
	if want.Validate() != nil {
		return p, false
	}
	p.target = want
	if !rapid.Bool().Draw(t, "destructive") {
		p.target = Retain(p.have, want)
	}
	if p.target.Validate() != nil {
		return p, false
	}
	p.changes = Diff(p.have, p.target)
	return p, write(d, p.changes) == nil
}

// alter draws what becomes of columns that stay.
func alter(t *rapid.T, s Schema) Schema {
	out := s.clone()
	for i := range out.Tables {
		for j := range out.Tables[i].Columns {
			c := &out.Tables[i].Columns[j]
			if c.PrimaryKey || rapid.IntRange(0, 2).Draw(t, "alter") > 0 {
				continue
			}
			switch rapid.IntRange(0, 4).Draw(t, "how") {
			case 0:
				c.Null = !c.Null
			case 1:
				c.Default = ""
			case 2:
				c.Unique = !c.Unique
			case 3:
				c.References = nil
			case 4:
				for _, target := range referable(Schema{Tables: out.Tables[:i]}) {
					if key, _ := target.Column("id"); key.Type == c.Type {
						c.References = &Reference{Table: target.Name, Column: "id"}
					}
				}
			}
		}
	}
	return out
}

// TestServersTakePlans holds that plans drawn at random run on real servers, end in what
// an empty database would have been given at once, lose no row, and can be undone.
func TestServersTakePlans(t *testing.T) {
	const plans = 12
	onServers(t, func(t *testing.T, s server, db *sql.DB) {
		drawn := rapid.Custom(func(t *rapid.T) *plannedPair {
			p, ok := drawPair(t, s.dialect)
			if !ok {
				return nil
			}
			return &p
		})
		taken := 0
		for seed := 0; taken < plans && seed < 20*plans; seed++ {
			if p := drawn.Example(seed); p != nil && len(p.changes) > 0 {
				taken++
				takePlan(t, s, db, *p)
			}
		}
		if taken < plans {
			t.Errorf("only %d plans were drawn", taken)
		}
	})
}

func takePlan(t *testing.T, s server, db *sql.DB, p plannedPair) {
	t.Helper()
	first, fresh := fromNothing(t, s.dialect, p.have), fromNothing(t, s.dialect, p.target)
	run(t, db, ups(fresh)...)
	whole := s.describe(t, db)
	run(t, db, downs(fresh)...)

	run(t, db, ups(first)...)
	before := s.describe(t, db)
	filled := !slices.ContainsFunc(p.changes, needsData)
	if filled {
		s.fill(t, db, p.have)
	}
	run(t, db, ups(p.changes)...)
	if got := s.describe(t, db); got != whole {
		t.Fatalf("after up:\n%s\nfresh:\n%s\nby\n%s", got, whole, strings.Join(ups(p.changes), ";\n"))
	}
	for _, table := range slices.Backward(ordered(p.target.Tables)) {
		if _, ok := p.have.Table(table.Name); ok && filled {
			if n := texts(t, db, "SELECT concat(count(*), '') FROM "+s.dialect.Quote(table.Name)); n[0] != "1" {
				t.Fatalf("%s has %s rows after\n%s", table.Name, n[0], strings.Join(ups(p.changes), ";\n"))
			}
		}
		run(t, db, "DELETE FROM "+s.dialect.Quote(table.Name))
	}
	run(t, db, downs(p.changes)...)
	if got := s.describe(t, db); got != before {
		t.Fatalf("after down:\n%s\nbefore:\n%s\nby\n%s", got, before, strings.Join(downs(p.changes), ";\n"))
	}
	run(t, db, downs(first)...)
	if left := s.describe(t, db); left != "" {
		t.Fatalf("left: %s", left)
	}
}

// needsData reports whether the one row that tables are filled with cannot be there: it
// would lack a value, or reference what is not.
func needsData(c Change) bool {
	return c.Safety == NeedsData || c.Kind == AddColumn && c.After.Column.foreign() != nil && c.After.Column.Default != ""
}

func fromNothing(t *testing.T, d Dialect, s Schema) []Change {
	t.Helper()
	changes, _, err := Plan(d, Schema{}, s, false)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

// TestServersTakeEveryWord holds that every word that a server knows can be the name of
// a table, a column and a part of an index, quoted as the dialect does.
func TestServersTakeEveryWord(t *testing.T) {
	onServers(t, func(t *testing.T, s server, db *sql.DB) {
		query := "SELECT word FROM pg_get_keywords()"
		if s.dialect.Name() == "mysql" {
			query = "SELECT word FROM information_schema.keywords"
		}
		// In one table, and one statement for each sort of place: there are many words.
		table := Table{Name: "words", Columns: []Column{{Name: "key_of_words", Type: Text, PrimaryKey: true}}}
		var names, values []string
		words := append(texts(t, db, query), strings.Fields(sqliteKeywords+postgresKeywords+mysqlKeywords)...)
		for i := range words {
			words[i] = strings.ToLower(words[i])
		}
		slices.Sort(words)
		for _, word := range slices.Compact(words) {
			if !identifier.MatchString(word) || s.system(word) {
				continue
			}
			table.Columns = append(table.Columns, Column{Name: word, Type: Int64, Null: true})
			quoted := s.dialect.Quote(word)
			names, values = append(names, quoted), append(values, quoted+" = 1")
			for _, statement := range []string{"INSERT INTO %s (n) VALUES (1)", "UPDATE %s SET n = 2", "DELETE FROM %s", "DROP TABLE %s", "SELECT 1 FROM words JOIN %s ON true"} {
				expectNoTable(t, db, fmt.Sprintf(statement, quoted))
			}
		}
		columns := strings.Join(names, ", ")
		run(t, db, ups(fromNothing(t, s.dialect, Schema{Dialect: s.dialect.Name(), Tables: []Table{table}}))...)
		run(t, db, "INSERT INTO words (key_of_words, "+columns+") VALUES ('a'"+strings.Repeat(", 1", len(names))+")",
			"UPDATE words SET "+strings.Join(values, ", ")+" WHERE "+strings.Join(values, " AND "))
		if n := texts(t, db, "SELECT concat(count(*), '') FROM (SELECT "+columns+" FROM words ORDER BY "+columns+" LIMIT 2) x"); n[0] != "1" {
			t.Errorf("%s rows", n[0])
		}
	})
}

// expectNoTable fails unless the server understands the statement and finds only that
// there is no such table.
func expectNoTable(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	_, err := db.Exec(statement)
	if err == nil || !strings.Contains(err.Error(), "exist") && !strings.Contains(err.Error(), "Unknown table") {
		t.Errorf("%s: %v", statement, err)
	}
}

// system reports whether every table has a column of that name.
func (s server) system(word string) bool {
	return s.dialect.Name() == "postgres" && slices.Contains([]string{"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}, word)
}

package migrate

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestNext(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 8, time.FixedZone("east", 3*60*60))
	for _, tc := range []struct {
		test     string
		existing []string
		want     string
	}{
		{"an empty folder", nil, "20260304020607"},
		{"files that are no migrations", []string{"migrations.go", "README.md", "atlas.sum", "1_notes.txt"}, "20260304020607"},
		{"older instants", []string{"20250101000000_a.sql"}, "20260304020607"},
		{"the same second", []string{"20260304020607_a.sql"}, "20260304020608"},
		{"a clock that was ahead", []string{"20270101000059_a.sql", "20260101000000_b.sql"}, "20270101000100"},
		{"a sequence", []string{"001_a.sql", "002_b.sql"}, "003"},
		{"a sequence with Go files", []string{"00001_a.sql", "00009_b.go"}, "00010"},
		{"a sequence that outgrows its width", []string{"9_a.sql"}, "10"},
		{"a sequence of other widths", []string{"0001_a.sql", "12_b.sql"}, "13"},
		{"a sequence fixed before a release", []string{"00001_a.sql", "20260101000000_b.sql"}, "20260304020607"},
		{"two files a version", []string{"0001_a.up.sql", "0001_a.down.sql"}, "0002"},
		{"no instant", []string{"99999999999999_a.sql"}, "100000000000000"},
		{"nanoseconds", []string{"1767225600000000000_a.sql"}, "1767225600000000001"},
		{"zeros", []string{"000_a.sql"}, "001"},
	} {
		if got := Next(tc.existing, now); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.test, got, tc.want)
		}
	}
}

func TestNextIsNewerThanAnythingThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		existing := rapid.SliceOf(rapid.StringMatching(`[0-9]{1,20}_[a-z]{1,5}\.sql`)).Draw(t, "existing")
		now := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "now"), 0)
		next, ok := new(big.Int).SetString(Next(existing, now), 10)
		if !ok {
			t.Fatal("no number")
		}
		for _, name := range existing {
			version, _ := new(big.Int).SetString(VersionOf(name), 10)
			if version.Cmp(next) >= 0 {
				t.Fatalf("%v is not newer than %s", next, name)
			}
		}
	})
}

func TestNameOf(t *testing.T) {
	long := strings.Repeat("x", 63)
	change := func(kind Kind, table, column string) Change {
		d := Definition{Column: Column{Name: column}, Index: Index{Name: column}}
		return Change{Kind: kind, Table: table, Before: d, After: d}
	}
	for _, tc := range []struct {
		want    string
		first   bool
		changes []Change
	}{
		{"auth_init", true, []Change{change(AddTable, "users", "")}},
		{"auth_add_api_keys", false, []Change{change(AddTable, "api_keys", "")}},
		{"auth_drop_api_keys", false, []Change{change(DropTable, "api_keys", "")}},
		{"auth_add_users_email", false, []Change{change(AddColumn, "Users", "eMail")}},
		{"auth_drop_by_email", false, []Change{change(DropIndex, "users", "by_email")}},
		{"auth_change_users", false, []Change{change(AddColumn, "users", "a"), change(AddIndex, "users", "b")}},
		{"auth_add_a_and_more", false, []Change{change(AddTable, "a", ""), change(AddTable, "b", "")}},
		{fmt.Sprintf("auth_add_%.51s", long), false, []Change{change(AddTable, long, "")}},
	} {
		if got := NameOf(tc.changes, tc.first); got != tc.want {
			t.Errorf("got %s, want %s", got, tc.want)
		}
	}
}

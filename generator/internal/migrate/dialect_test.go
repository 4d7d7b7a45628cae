package migrate

import (
	"slices"
	"strings"
	"testing"
)

// golden is a schema with a bit of everything, in the form that authgen's tables have.
func golden(d Dialect) Schema {
	return Schema{Dialect: d.Name(), Tables: []Table{{
		Name: "user",
		Columns: []Column{
			{Name: "id", Type: UUID, PrimaryKey: true},
			{Name: "email", Type: Text, Unique: true},
			{Name: "roles", Type: Text, Default: "'it''s'"},
			{Name: "auth_version", Type: Int64, Default: "1"},
			{Name: "disabled_at", Type: Time, Null: true},
		},
		Indexes: []Index{{Name: "user_roles", Columns: []string{"roles"}}},
	}, {
		Name: "auth_sessions",
		Columns: []Column{
			{Name: "id", Type: Text, PrimaryKey: true},
			{Name: "token_hash", Type: Bytes, Unique: true},
			{Name: "user_id", Type: UUID, References: &Reference{Table: "user", Column: "id", OnDelete: Cascade}},
			{Name: "remembered", Type: Bool, Default: "false"},
			{Name: "sealed", Type: Bytes, Null: true},
		},
		Indexes: []Index{{Name: "auth_sessions_user_id", Columns: []string{"user_id"}}},
	}, {
		Name: "auth_grants",
		Columns: []Column{
			{Name: "group", Type: Text, PrimaryKey: true},
			{Name: "subject", Type: Text, PrimaryKey: true},
			{Name: "session_id", Type: Text, Null: true, References: &Reference{Table: "auth_sessions", Column: "id", OnDelete: SetNull}},
		},
	}, {
		Name:    "counters",
		Columns: []Column{{Name: "id", Type: Int64, PrimaryKey: true, AutoIncrement: true}},
	}}}
}

// edited returns the golden schema and what it is after an edit of one of its tables.
func edited(d Dialect, table string, edit func(t *Table)) (have, want Schema) {
	have, want = golden(d), golden(d)
	edit(&want.Tables[slices.IndexFunc(want.Tables, func(t Table) bool { return t.Name == table })])
	return have, want
}

// expectStatements fails unless the plan has these statements, in both directions.
func expectStatements(t *testing.T, d Dialect, have, want Schema, up, down string) {
	t.Helper()
	changes, _, err := Plan(d, have, want, true)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(ups(changes), ";\n"); got != up {
		t.Errorf("up:\n%s\nwant:\n%s", got, up)
	}
	if got := strings.Join(downs(changes), ";\n"); got != down {
		t.Errorf("down:\n%s\nwant:\n%s", got, down)
	}
}

// A statementCase is an edit of the golden table user and what it takes to make it.
type statementCase struct {
	name     string
	edit     func(users *Table)
	up, down string
}

func expectEdits(t *testing.T, d Dialect, cases []statementCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			have, want := edited(d, "user", tc.edit)
			expectStatements(t, d, have, want, tc.up, tc.down)
		})
	}
}

// A refusalCase is an edit of a golden table that the database refuses.
type refusalCase struct {
	name, table string
	edit        func(t *Table)
	message     string
}

func expectRefusals(t *testing.T, d Dialect, cases []refusalCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			have, want := edited(d, tc.table, tc.edit)
			_, _, err := Plan(d, have, want, true)
			if err == nil || err.Error() != tc.message {
				t.Errorf("got  %v\nwant %s", err, tc.message)
			}
		})
	}
}

// column returns the column of that name to be edited.
func (t *Table) column(name string) *Column {
	return &t.Columns[slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })]
}

func TestDialectsAreFoundByTheirNames(t *testing.T) {
	for _, name := range []string{"sqlite", "postgres", "mysql"} {
		if d, err := DialectOf(name); err != nil || d.Name() != name {
			t.Errorf("DialectOf(%s) is %v, %v", name, d, err)
		}
	}
	if _, err := DialectOf("oracle"); err == nil {
		t.Error("DialectOf knows oracle")
	}
}

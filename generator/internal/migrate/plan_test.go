package migrate

import (
	"errors"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/generator/internal/fault"
)

func users(columns ...Column) Table {
	return Table{Name: "users", Columns: append([]Column{{Name: "id", Type: UUID, PrimaryKey: true}}, columns...)}
}

func sqlite(tables ...Table) Schema { return Schema{Dialect: "sqlite", Tables: tables} }

func TestPlanRefusals(t *testing.T) {
	name := Column{Name: "name", Type: Text}
	for _, tc := range []struct {
		test          string
		have, want    Schema
		allow         bool
		message, hint string
	}{
		{
			test: "a value for every row",
			have: sqlite(users()), want: sqlite(users(name)),
			message: "cannot add users.name: rows that exist have no value for it",
			hint:    "a column added to an existing table needs a default or has to allow null",
		},
		{
			test: "a value for every row, even with permission to destroy",
			have: sqlite(users()), want: sqlite(users(name)), allow: true,
			message: "cannot add users.name: rows that exist have no value for it",
			hint:    "needs a default",
		},
		{
			test: "a column nobody fills any more",
			have: sqlite(users(name)), want: sqlite(users()),
			message: "the next migration would drop users.name, and what rows hold there would be lost",
			hint:    "`authgen generate --allow-destructive`",
		},
		{
			test: "another database",
			have: Schema{Dialect: "postgres", Tables: []Table{users()}}, want: sqlite(users()),
			message: "the migrations so far are for postgres and cannot be continued for sqlite",
			hint:    "set database back to postgres",
		},
		{
			test: "a key that a retained table references",
			have: sqlite(users(), Table{Name: "auth_sessions", Retained: true, Columns: []Column{
				{Name: "user_id", Type: UUID, PrimaryKey: true, References: &Reference{Table: "users", Column: "id"}},
			}}),
			want:    sqlite(Table{Name: "users", Columns: []Column{{Name: "id", Type: Int64, PrimaryKey: true}}}),
			message: "do not fit this one: column auth_sessions.user_id of type uuid references users.id of type int64",
			hint:    "turn on again what needed those tables",
		},
		{
			test: "what the database cannot do comes before what it may not do",
			have: sqlite(users(Column{Name: "email", Type: Text, Unique: true})), want: sqlite(users()),
			message: "SQLite cannot drop users.email",
			hint:    "take the change in authgen.yaml back",
		},
	} {
		t.Run(tc.test, func(t *testing.T) {
			changes, _, err := Plan(SQLite{}, tc.have, tc.want, tc.allow)
			var refused *fault.Error
			if !errors.As(err, &refused) || changes != nil {
				t.Fatalf("got %v and %v, want a refusal", changes, err)
			}
			if !strings.Contains(refused.Msg, tc.message) || !strings.Contains(refused.Hint, tc.hint) {
				t.Errorf("got %q, hint %q", refused.Msg, refused.Hint)
			}
		})
	}
}

func TestPlanDropsWithPermission(t *testing.T) {
	gone := Table{Name: "api_keys", Columns: []Column{
		{Name: "id", Type: Text, PrimaryKey: true},
		{Name: "user_id", Type: UUID, References: &Reference{Table: "users", Column: "id", OnDelete: Cascade}},
	}, Indexes: []Index{{Name: "api_keys_user_id", Columns: []string{"user_id"}}}}
	have := sqlite(gone, users(Column{Name: "name", Type: Text}))
	_, retained := plan(t, have, sqlite(users(Column{Name: "name", Type: Text})), false)
	if table, ok := retained.Table("api_keys"); !ok || !table.Retained {
		t.Fatal("without permission the table is retained")
	}
	changes, target := plan(t, retained, sqlite(users()), true)
	want := []string{"ALTER TABLE users DROP COLUMN name", "DROP TABLE api_keys"}
	if got := ups(changes); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, ok := target.Table("api_keys"); ok {
		t.Error("the dropped table is still in the schema")
	}
	undo := changes[0].Reverse()
	if !strings.Contains(undo.Comment, "which only an empty table takes") || changes[1].Safety != Destructive {
		t.Errorf("got %q and %v", undo.Comment, changes[1].Safety)
	}
}

func TestPlanWantsValidSchemas(t *testing.T) {
	if _, _, err := Plan(SQLite{}, Schema{}, sqlite(Table{Name: "users"}), false); err == nil {
		t.Error("a table without columns was planned")
	}
	if _, _, err := Plan(SQLite{}, Schema{}, Schema{Dialect: "mysql"}, false); err == nil {
		t.Error("a schema for another database was planned")
	}
}

func TestAnIndexMayMoveToAnotherTable(t *testing.T) {
	have := sqlite(users())
	have.Tables[0].Indexes = []Index{{Name: "by_id", Columns: []string{"id"}}}
	want := sqlite(Table{Name: "members", Columns: users().Columns, Indexes: have.Tables[0].Indexes})
	changes, target := plan(t, have, want, true)
	db := openSQLite(t)
	defer func() { _ = db.Close() }()
	first, _ := plan(t, Schema{}, have, false)
	run(t, db, ups(first)...)
	before := describe(t, db)
	run(t, db, ups(changes)...)
	if !target.Equal(want) {
		t.Errorf("target is %+v", target)
	}
	run(t, db, downs(changes)...)
	if after := describe(t, db); after != before {
		t.Errorf("got %s, want %s", after, before)
	}
}

func TestValidateFindsEverything(t *testing.T) {
	key := Column{Name: "id", Type: Int64, PrimaryKey: true}
	to := func(table, column string) *Reference { return &Reference{Table: table, Column: column} }
	for _, tc := range []struct {
		want   string
		tables []Table
	}{
		{"table name \"us-ers\" is not an identifier", []Table{{Name: "us-ers", Columns: []Column{key}}}},
		{"table name \"a\\nb\" is not an identifier", []Table{{Name: "a\nb", Columns: []Column{key}}}},
		{"table USERS exists twice", []Table{{Name: "users", Columns: []Column{key}}, {Name: "USERS", Columns: []Column{key}}}},
		{"table users has no columns", []Table{{Name: "users"}}},
		{"column users.Id exists twice", []Table{users(Column{Name: "Id", Type: Text})}},
		{"has the unknown type \"uint\"", []Table{users(Column{Name: "a", Type: "uint"})}},
		{"of type int64 cannot have the default 1); DROP", []Table{users(Column{Name: "a", Type: Int64, Default: "1); DROP"})}},
		{"of type text cannot have the default 'a'b'", []Table{users(Column{Name: "a", Type: Text, Default: "'a'b'"})}},
		{"of type text cannot have the default 'a\nb'", []Table{users(Column{Name: "a", Type: Text, Default: "'a\nb'"})}},
		{"of type text cannot have the default '", []Table{users(Column{Name: "a", Type: Text, Default: "'"})}},
		{"of type time cannot have the default 0", []Table{users(Column{Name: "a", Type: Time, Default: "0"})}},
		{"of type bool cannot have the default yes", []Table{users(Column{Name: "a", Type: Bool, Default: "yes"})}},
		{"is a key and may not be null", []Table{{Name: "t", Columns: []Column{{Name: "id", Type: Text, PrimaryKey: true, Null: true}}}}},
		{"increments itself", []Table{users(Column{Name: "a", Type: Int64, AutoIncrement: true})}},
		{"references the unknown table x", []Table{users(Column{Name: "a", Type: UUID, References: to("x", "id")})}},
		{"references the unknown column users.x", []Table{users(Column{Name: "a", Type: UUID, References: to("users", "x")})}},
		{"of type text references users.id of type uuid", []Table{users(Column{Name: "a", Type: Text, References: to("users", "id")})}},
		{"references users.b, which is not unique", []Table{users(Column{Name: "a", Type: Text, References: to("users", "b")}, Column{Name: "b", Type: Text})}},
		{"unknown action \"set default\"", []Table{users(Column{Name: "a", Type: UUID, References: &Reference{Table: "users", Column: "id", OnDelete: "set default"}})}},
		{"is set to null on delete and may not be null", []Table{users(Column{Name: "a", Type: UUID, References: &Reference{Table: "users", Column: "id", OnDelete: SetNull}})}},
		{"index x has no columns", []Table{{Name: "t", Columns: []Column{key}, Indexes: []Index{{Name: "x"}}}}},
		{"index x is on the unknown column t.y", []Table{{Name: "t", Columns: []Column{key}, Indexes: []Index{{Name: "x", Columns: []string{"y"}}}}}},
		{"index x exists twice", []Table{{Name: "t", Columns: []Column{key}, Indexes: []Index{{Name: "x", Columns: []string{"id"}}, {Name: "x", Columns: []string{"id"}}}}}},
		{"table a references itself through other tables", []Table{
			{Name: "a", Columns: []Column{key, {Name: "b", Type: Int64, References: to("b", "id")}}},
			{Name: "b", Columns: []Column{key, {Name: "a", Type: Int64, References: to("a", "id")}}},
		}},
	} {
		err := sqlite(tc.tables...).Validate()
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("got %v, want %s", err, tc.want)
		}
	}
	if err := sqlite(users(Column{Name: "boss", Type: UUID, Null: true, References: to("users", "id")})).Validate(); err != nil {
		t.Errorf("a table may reference itself: %v", err)
	}
}

func TestApplyRefusesWhatDoesNotFit(t *testing.T) {
	s := sqlite(users())
	column := Definition{Column: Column{Name: "id", Type: UUID, PrimaryKey: true}}
	other := Definition{Column: Column{Name: "x", Type: UUID}}
	index := Definition{Index: Index{Name: "x", Columns: []string{"id"}}}
	for _, c := range []Change{
		{Kind: AddTable, Table: "users", After: Definition{Table: users()}},
		{Kind: DropTable, Table: "users", Before: Definition{Table: users(other.Column)}},
		{Kind: DropTable, Table: "x"},
		{Kind: AddColumn, Table: "users", After: column},
		{Kind: AddColumn, Table: "x", After: other},
		{Kind: DropColumn, Table: "users", Before: other},
		{Kind: AlterColumn, Table: "users", Before: other, After: column},
		{Kind: DropIndex, Table: "users", Before: index},
		{Table: "users"},
	} {
		if _, err := s.Apply(c); err == nil {
			t.Errorf("%+v was applied", c)
		}
	}
	if !s.Equal(sqlite(users())) {
		t.Error("a refused change left a trace")
	}
}

func TestRowsOfTheTables(t *testing.T) {
	for _, d := range dialects() {
		if found, err := DialectOf(d.Name()); err != nil || found != d {
			t.Errorf("%s: %v", d.Name(), err)
		}
	}
	for _, f := range formats() {
		if found, err := FormatOf(f.Name()); err != nil || found != f {
			t.Errorf("%s: %v", f.Name(), err)
		}
	}
	if _, err := DialectOf("oracle"); err == nil {
		t.Error("an unknown dialect was found")
	}
	if _, err := FormatOf("flyway"); err == nil {
		t.Error("an unknown format was found")
	}
}

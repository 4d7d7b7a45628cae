package migrate

import (
	"errors"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/generator/internal/fault"
)

// people is an application's table with what authgen adds, and a table that leads to it.
func people(d Dialect, loose bool, added ...Column) Schema {
	return Schema{Dialect: d.Name(), Tables: []Table{{
		Name: "User", Existing: true,
		Columns: append([]Column{
			{Name: "userId", Type: Text, PrimaryKey: true, Existing: true},
			{Name: "order", Type: Text, Existing: true},
		}, added...),
	}, {
		Name: "auth_sessions", Comment: "live sessions",
		Columns: []Column{
			{Name: "id", Type: Text, PrimaryKey: true},
			{Name: "user_id", Type: Text, References: &Reference{Table: "User", Column: "userId", OnDelete: Cascade, Loose: loose}},
		},
		Indexes: []Index{{Name: "auth_sessions_user_id", Columns: []string{"user_id"}}},
	}}}
}

func addedColumns() []Column {
	return []Column{
		{Name: "password_hash", Type: Text, Null: true},
		{Name: "roles", Type: Text, Default: "'member'"},
		{Name: "auth_version", Type: Int64, Default: "1"},
		{Name: "disabled_at", Type: Time, Null: true},
	}
}

func TestExistingTable(t *testing.T) {
	for _, tc := range []struct {
		dialect  Dialect
		loose    bool
		up, down string
	}{{
		dialect: SQLite{},
		up: `ALTER TABLE User ADD COLUMN password_hash TEXT;
ALTER TABLE User ADD COLUMN roles TEXT NOT NULL DEFAULT 'member';
ALTER TABLE User ADD COLUMN auth_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE User ADD COLUMN disabled_at INTEGER;
CREATE TABLE auth_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES User (userId) ON DELETE CASCADE
);
CREATE INDEX auth_sessions_user_id ON auth_sessions (user_id)`,
		down: `ALTER TABLE User DROP COLUMN password_hash;
ALTER TABLE User DROP COLUMN roles;
ALTER TABLE User DROP COLUMN auth_version;
ALTER TABLE User DROP COLUMN disabled_at;
DROP TABLE auth_sessions`,
	}, {
		dialect: Postgres{},
		up: `ALTER TABLE "User" ADD COLUMN password_hash text;
ALTER TABLE "User" ADD COLUMN roles text NOT NULL DEFAULT 'member';
ALTER TABLE "User" ADD COLUMN auth_version bigint NOT NULL DEFAULT 1;
ALTER TABLE "User" ADD COLUMN disabled_at timestamptz;
CREATE TABLE auth_sessions (
    id text PRIMARY KEY,
    user_id text NOT NULL CONSTRAINT auth_sessions_user_id_fkey REFERENCES "User" ("userId") ON DELETE CASCADE
);
CREATE INDEX auth_sessions_user_id ON auth_sessions (user_id)`,
		down: `ALTER TABLE "User" DROP COLUMN password_hash;
ALTER TABLE "User" DROP COLUMN roles;
ALTER TABLE "User" DROP COLUMN auth_version;
ALTER TABLE "User" DROP COLUMN disabled_at;
DROP TABLE auth_sessions`,
	}, {
		dialect: MySQL{}, loose: true,
		up: `ALTER TABLE User ADD COLUMN password_hash MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
ALTER TABLE User ADD COLUMN roles MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT ('member');
ALTER TABLE User ADD COLUMN auth_version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE User ADD COLUMN disabled_at DATETIME(6);
CREATE TABLE auth_sessions (
    id VARCHAR(255) NOT NULL,
    user_id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (id),
    INDEX auth_sessions_user_id (user_id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
		down: `ALTER TABLE User DROP COLUMN password_hash;
ALTER TABLE User DROP COLUMN roles;
ALTER TABLE User DROP COLUMN auth_version;
ALTER TABLE User DROP COLUMN disabled_at;
DROP TABLE auth_sessions`,
	}} {
		t.Run(tc.dialect.Name(), func(t *testing.T) {
			have, want := Schema{}, people(tc.dialect, tc.loose, addedColumns()...)
			changes, target, err := Plan(tc.dialect, have, want, false)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(ups(changes), ";\n"); got != tc.up {
				t.Errorf("up:\n%s\nwant:\n%s", got, tc.up)
			}
			var down []string
			for i := range changes {
				down = append(down, changes[i].Down...)
			}
			if got := strings.Join(down, ";\n"); got != tc.down {
				t.Errorf("down:\n%s\nwant:\n%s", got, tc.down)
			}
			if !target.Equal(want) {
				t.Errorf("ends in %+v", target)
			}
			again, _, err := Plan(tc.dialect, target, want, false)
			if err != nil || len(again) > 0 {
				t.Errorf("a second plan: %v, %v", again, err)
			}
			noted := strings.Contains(changes[4].Comment, "no foreign key from user_id to User.userId")
			if noted != tc.loose {
				t.Errorf("the comment is %q", changes[4].Comment)
			}
		})
	}
}

// TestExistingTableLosesNothing holds that what is the application's goes by no
// migration, whatever becomes of the spec.
func TestExistingTableLosesNothing(t *testing.T) {
	for _, d := range dialects() {
		have := people(d, false, addedColumns()...)
		for name, want := range map[string]Schema{
			"another table": {Dialect: d.Name(), Tables: []Table{users()}},
			"another column": people(d, false, append([]Column{
				{Name: "pw", Type: Text, Existing: true}}, addedColumns()[1:]...)...),
		} {
			for _, allow := range []bool{false, true} {
				changes, target, err := Plan(d, have, want, allow)
				if err != nil {
					t.Fatalf("%s, %s: %v", d.Name(), name, err)
				}
				for _, c := range changes {
					if c.Kind == DropTable && c.Table == "User" || c.Kind == DropColumn && c.Before.Column.Existing || c.Kind == AlterColumn {
						t.Errorf("%s, %s: %s", d.Name(), name, c.Comment)
					}
					if c.Kind == AddColumn && c.After.Column.Existing {
						t.Errorf("%s, %s: %s", d.Name(), name, c.Comment)
					}
				}
				if users, ok := target.Table("User"); allow == false && (!ok || len(users.existing()) == 0) {
					t.Errorf("%s, %s: forgets the table", d.Name(), name)
				}
			}
		}
	}
}

// TestExistingTableKeepsDefaults holds that another default role is no migration.
func TestExistingTableKeepsDefaults(t *testing.T) {
	have, added := people(SQLite{}, false, addedColumns()...), addedColumns()
	added[1].Default = "'guest'"
	changes, target, err := Plan(SQLite{}, have, people(SQLite{}, false, added...), false)
	if err != nil || len(changes) > 0 || !target.Equal(have) {
		t.Errorf("changes %v, error %v", changes, err)
	}
}

func TestExistingTableHasOneOwner(t *testing.T) {
	made := func(columns ...Column) Schema {
		return Schema{Dialect: "sqlite", Tables: []Table{{Name: "User", Columns: append([]Column{{Name: "userId", Type: Text, PrimaryKey: true}}, columns...)}}}
	}
	mapped := addedColumns()
	mapped[0] = Column{Name: "password_hash", Type: Text, Existing: true}
	for _, tc := range []struct {
		test          string
		have, want    Schema
		message, hint string
	}{
		{"taking a table over", made(), people(SQLite{}, false), "the migrations so far made the table User, which the spec now says the application made", "set users.existing back to false"},
		{"giving a table away", people(SQLite{}, false), made(), "the migrations so far found the table User in place, which the spec now wants them to make", "set users.existing back to true"},
		{"taking a column over", people(SQLite{}, false, addedColumns()...), people(SQLite{}, false, mapped...), "made the column User.password_hash", "take the change in users.columns back"},
		{"giving a column away", people(SQLite{}, false, mapped...), people(SQLite{}, false, addedColumns()...), "found the column User.password_hash in place", "take the change in users.columns back"},
	} {
		t.Run(tc.test, func(t *testing.T) {
			_, _, err := Plan(SQLite{}, tc.have, tc.want, true)
			var refused *fault.Error
			if !errors.As(err, &refused) || !strings.Contains(refused.Msg, tc.message) || !strings.Contains(refused.Hint, tc.hint) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestValidateExisting(t *testing.T) {
	for want, table := range map[string]Table{
		"exists in a table that does not":         {Name: "t", Columns: []Column{{Name: "id", Type: Text, Existing: true}}},
		"cannot be added to rows that exist":      {Name: "t", Existing: true, Columns: []Column{{Name: "id", Type: Text, Existing: true}, {Name: "a", Type: Text}}},
		"table t exists without columns":          {Name: "t", Existing: true, Columns: []Column{{Name: "a", Type: Text, Null: true}}},
		"column t.a cannot be added to rows that": {Name: "t", Existing: true, Columns: []Column{{Name: "id", Type: Text, Existing: true}, {Name: "a", Type: Text, Null: true, Unique: true}}},
	} {
		if err := sqlite(table).Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

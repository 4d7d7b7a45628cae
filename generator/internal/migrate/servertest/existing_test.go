package servertest_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"

	"github.com/authgen-go/authgen/runtime/migrate"
	"github.com/authgen-go/authgen/runtime/password"
)

// An existing is an application's table of users in the dialect of a database, with a
// name and columns that have to be quoted.
type existing struct {
	id      string // of the spec
	create  string
	ids     []string // literals
	special string   // what is odd about it
}

func existingTables(d migrate.Dialect) []existing {
	const rest = `, %[1]sorder%[1]s %[2]s NOT NULL UNIQUE, pw %[2]s, name %[2]s NOT NULL, created_at %[2]s)`
	table := func(key, text string) string {
		quote := map[migrate.Dialect]string{migrate.SQLite: `"`, migrate.Postgres: `"`, migrate.MySQL: "`"}[d]
		return fmt.Sprintf("CREATE TABLE %[1]sUser%[1]s (%[1]suserId%[1]s "+key+rest, quote, text)
	}
	uuids := []string{"'0191d3a0-0000-7000-8000-000000000001'", "'0191d3a0-0000-7000-8000-000000000002'", "'0191d3a0-0000-7000-8000-000000000003'"}
	texts := []string{"'ada'", "'bob_1'", "'01HZX3'"}
	numbers := []string{"1", "7", "4000000"}
	switch d {
	case migrate.Postgres:
		return []existing{
			{"int64", table("integer PRIMARY KEY", "text"), numbers, "smaller numbers"},
			{"int64", table("bigint PRIMARY KEY", "varchar(200)"), numbers, ""},
			{"string", table("varchar(40) PRIMARY KEY", "varchar(200)"), texts, "texts of a length"},
			{"uuid", table("uuid PRIMARY KEY", "text"), uuids, ""},
		}
	case migrate.MySQL:
		return []existing{
			{"int64", table("INT UNSIGNED AUTO_INCREMENT PRIMARY KEY", "VARCHAR(200)"), numbers, "another sign"},
			{"string", table("VARCHAR(40) PRIMARY KEY", "VARCHAR(150)") + " CHARSET=latin1", texts, "another character set"},
			{"string", table("VARCHAR(40) PRIMARY KEY", "VARCHAR(150)") + " CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci", texts, "another collation"},
			{"uuid", table("CHAR(36) PRIMARY KEY", "VARCHAR(150)") + " CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci", uuids, "another collation"},
		}
	default:
		return []existing{
			{"int64", table("INTEGER PRIMARY KEY", "TEXT"), numbers, ""},
			{"string", table("TEXT NOT NULL PRIMARY KEY", "TEXT") + " STRICT, WITHOUT ROWID", texts, "strict"},
			{"uuid", table("TEXT NOT NULL PRIMARY KEY", "VARCHAR(200)"), uuids, ""},
		}
	}
}

// oldPassword is what two of the users have, hashed as applications did it.
const oldPassword = "a password from before"

func oldHashes(t *testing.T) (argon, blowfish string) {
	t.Helper()
	salt := []byte("sixteen bytes ..")
	key := argon2.IDKey([]byte(oldPassword), salt, 3, 12<<10, 2, 32)
	encode := base64.RawStdEncoding.EncodeToString
	hash, err := bcrypt.GenerateFromPassword([]byte(oldPassword), 10)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("$argon2id$v=19$m=12288,t=3,p=2$%s$%s", encode(salt), encode(key)), string(hash)
}

// TestSTO04_ExistingUsers holds that a filled table of the application's is given what it
// lacks and loses nothing: not a row, not a value, not a column; that the application
// can go on to insert as it did; and that old passwords are still good.
// SECURITY STO-04.
func TestSTO04_ExistingUsers(t *testing.T) {
	argon, blowfish := oldHashes(t)
	for _, d := range dialects() {
		for _, table := range existingTables(d) {
			t.Run(strings.Join([]string{string(d), table.id, table.special}, "/"), func(t *testing.T) {
				db := newDatabase(t, d)
				p := &project{format: "goose", dialect: d, users: "existing: true, table: User, id: " + table.id + ", columns: {id: userId, email: order, password_hash: pw}"}
				names := namesOf(d)
				db.fill(t, table, names, argon, blowfish)
				rows, before := texts(t, db.DB, names.rows), strings.Split(db.holds(t), "\n")

				p.grow(t, len(steps))
				p.mustMigrate(t, db)
				after := strings.Split(db.holds(t), "\n")
				for _, line := range before {
					if !slices.Contains(after, line) {
						t.Errorf("lost: %s", line)
					}
				}
				if got := texts(t, db.DB, names.rows); !slices.Equal(got, rows) {
					t.Errorf("rows are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(rows, "\n"))
				}
				added := texts(t, db.DB, "SELECT "+names.added+" FROM "+names.table)
				if !slices.Equal(added, []string{"member 1 -", "member 1 -", "member 1 -"}) {
					t.Errorf("added: %q", added)
				}
				run(t, db.DB, "INSERT INTO "+names.table+" ("+names.columns+") VALUES ("+names.another(table.id)+")")
				checkPasswords(t, texts(t, db.DB, "SELECT pw FROM "+names.table+" WHERE pw IS NOT NULL"))
				db.checkReferences(t, names, table)

				gooseTool{}.down(t, db, p.folder(t))
				run(t, db.DB, "DELETE FROM "+names.table+" WHERE name = 'another'")
				if left := db.holds(t); left != strings.Join(before, "\n") {
					t.Errorf("after all was undone:\n%s\nwant\n%s", left, strings.Join(before, "\n"))
				}
				if got := texts(t, db.DB, names.rows); len(got) != len(rows) {
					t.Errorf("rows are %q", got)
				}
			})
		}
	}
}

// names are those of the table as SQL of a database has them.
type names struct {
	table, id, columns, rows, added string
}

func namesOf(d migrate.Dialect) names {
	quote := func(name string) string {
		if d == migrate.MySQL {
			return "`" + name + "`"
		}
		return `"` + name + `"`
	}
	n := names{table: quote("User"), id: quote("userId")}
	n.columns = strings.Join([]string{n.id, quote("order"), "pw", "name"}, ", ")
	number, time := "auth_version", "disabled_at"
	if d == migrate.SQLite {
		n.rows = "SELECT " + n.id + " || ' ' || " + quote("order") + " || ' ' || ifnull(pw, '-') || ' ' || name FROM " + n.table
		n.added = "roles || ' ' || " + number + " || ' ' || ifnull(" + time + ", '-')"
		return n
	}
	kind := "char(30)"
	if d == migrate.Postgres {
		kind = "text"
	}
	n.rows = "SELECT concat(" + n.id + ", ' ', " + quote("order") + ", ' ', coalesce(pw, '-'), ' ', name) FROM " + n.table
	n.added = "concat(roles, ' ', " + number + ", ' ', coalesce(cast(" + time + " AS " + kind + "), '-'))"
	return n
}

func (names) another(id string) string {
	return map[string]string{"int64": "99", "string": "'another'", "uuid": "'0191d3a0-0000-7000-8000-0000000000ff'"}[id] + ", 'another@example.com', NULL, 'another'"
}

// fill makes the table and three users: two with passwords, one without.
func (d database) fill(t *testing.T, table existing, n names, hashes ...string) {
	t.Helper()
	run(t, d.DB, table.create)
	for i, id := range table.ids {
		hash := "NULL"
		if i < len(hashes) {
			hash = "'" + hashes[i] + "'"
		}
		run(t, d.DB, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s, 'user%d@example.com', %s, 'User %[4]d')", n.table, n.columns, id, i, hash))
	}
}

func checkPasswords(t *testing.T, hashes []string) {
	t.Helper()
	hasher, err := password.NewHasher(password.HasherConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if len(hashes) != 2 {
		t.Fatalf("%d hashes", len(hashes))
	}
	for _, hash := range hashes {
		for given, want := range map[string]bool{oldPassword: true, oldPassword + ".": false} {
			result, err := hasher.Verify(t.Context(), hash, given)
			if err != nil || result.Match != want {
				t.Errorf("%.12s… takes %q: %+v (%v)", hash, given, result, err)
			}
		}
	}
}

// checkReferences holds that rows that belong to a user go with the user, except on
// MySQL, where what looks for their user finds it by its key.
func (d database) checkReferences(t *testing.T, n names, table existing) {
	t.Helper()
	id := table.ids[1]
	run(t, d.DB, "INSERT INTO auth_api_keys (id, key_hash, owner_id, name, scopes, last4, created_at, expires_at) VALUES ('k', "+
		map[migrate.Dialect]string{migrate.SQLite: "x'01'", migrate.Postgres: `'\x01'`, migrate.MySQL: "x'01'"}[d.dialect]+", "+id+", 'n', '', 'abcd', "+
		map[migrate.Dialect]string{migrate.SQLite: "1, 2", migrate.Postgres: "now(), now()", migrate.MySQL: "now(), now()"}[d.dialect]+")")
	joined := "FROM auth_api_keys k JOIN " + n.table + " u ON u." + n.id + " = k.owner_id WHERE k.id = 'k'"
	if found := texts(t, d.DB, "SELECT u.name "+joined); len(found) != 1 {
		t.Fatalf("the owner of the key is %q", found)
	}
	left := 0
	if d.dialect == migrate.MySQL {
		left = 1
		d.checkKeyed(t, joined)
	}
	run(t, d.DB, "DELETE FROM "+n.table+" WHERE "+n.id+" = "+id)
	if keys := texts(t, d.DB, "SELECT id FROM auth_api_keys"); len(keys) != left {
		t.Errorf("%d keys are left", len(keys))
	}
	run(t, d.DB, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s, 'user1@example.com', NULL, 'User 1')", n.table, n.columns, id))
}

// checkKeyed holds that MySQL finds the user of a row by the key, whatever the
// collations of the two columns.
func (d database) checkKeyed(t *testing.T, joined string) {
	t.Helper()
	rows, err := d.QueryContext(t.Context(), "EXPLAIN SELECT STRAIGHT_JOIN u.name "+joined)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	for rows.Next() {
		values, into := make([]*string, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		steps++
		key := values[slices.Index(columns, "key")]
		if key == nil || *key != "PRIMARY" {
			t.Errorf("step %d of the plan uses no key", steps)
		}
	}
	if err := rows.Err(); err != nil || steps != 2 {
		t.Errorf("the plan has %d steps (%v)", steps, err)
	}
}

// TestSTO04_ExistingColumnInTheWay holds that a column of the application's that was not
// mapped ends the migration before anything is done, and is as it was.
// SECURITY STO-04.
func TestSTO04_ExistingColumnInTheWay(t *testing.T) {
	for _, d := range dialects() {
		t.Run(string(d), func(t *testing.T) {
			db := newDatabase(t, d)
			run(t, db.DB, "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(200) NOT NULL UNIQUE, password_hash varchar(200) NOT NULL)",
				"INSERT INTO users VALUES (1, 'a@example.com', 'secret')")
			before := db.holds(t)
			p := &project{format: "plain", dialect: d, users: "existing: true, id: int64"}
			p.grow(t, 1)
			err := p.migrate(t, db)
			expectMismatch(t, err, "0", p.newest, "password_hash")
			if got := db.holds(t); got != before {
				t.Errorf("the database holds\n%s\nwant\n%s", got, before)
			}
			if hashes := texts(t, db.DB, "SELECT password_hash FROM users"); hashes[0] != "secret" {
				t.Errorf("hashes are %q", hashes)
			}
		})
	}
}

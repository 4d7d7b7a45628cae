package migrate

import (
	"slices"
	"strings"
	"testing"
)

func TestMySQLCreatesTables(t *testing.T) {
	const options = ") ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
	expectStatements(t, MySQL{}, Schema{}, golden(MySQL{}), "CREATE TABLE user ("+`
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    email VARCHAR(255) NOT NULL,
    roles MEDIUMTEXT NOT NULL DEFAULT ('it''s'),
    auth_version BIGINT NOT NULL DEFAULT 1,
    disabled_at DATETIME(6),
    PRIMARY KEY (id),
    UNIQUE INDEX user_email_key (email),
    INDEX user_roles (roles(255))
`+options+`;
CREATE TABLE auth_sessions (
    id VARCHAR(255) NOT NULL,
    token_hash VARBINARY(255) NOT NULL,
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    remembered BOOLEAN NOT NULL DEFAULT false,
    sealed MEDIUMBLOB,
    PRIMARY KEY (id),
    UNIQUE INDEX auth_sessions_token_hash_key (token_hash),
    INDEX auth_sessions_user_id (user_id),
    CONSTRAINT auth_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
`+options+";\nCREATE TABLE auth_grants (\n    `group` VARCHAR(255) NOT NULL,"+`
    subject VARCHAR(255) NOT NULL,
    session_id VARCHAR(255),
    PRIMARY KEY (`+"`group`"+`, subject),
    INDEX auth_grants_session_id_fkey (session_id),
    CONSTRAINT auth_grants_session_id_fkey FOREIGN KEY (session_id) REFERENCES auth_sessions (id) ON DELETE SET NULL
`+options+`;
CREATE TABLE counters (
    id BIGINT NOT NULL AUTO_INCREMENT,
    PRIMARY KEY (id)
`+options, `DROP TABLE counters;
DROP TABLE auth_grants;
DROP TABLE auth_sessions;
DROP TABLE user`)
}

func TestMySQLChangesTables(t *testing.T) {
	expectEdits(t, MySQL{}, []statementCase{
		{"column", func(u *Table) {
			u.Columns = append(u.Columns, Column{Name: "boss", Type: UUID, Null: true,
				References: &Reference{Table: "user", Column: "id", OnDelete: Restrict}})
		},
			`ALTER TABLE user
    ADD COLUMN boss CHAR(36) CHARACTER SET ascii COLLATE ascii_bin,
    ADD INDEX user_boss_fkey (boss),
    ADD CONSTRAINT user_boss_fkey FOREIGN KEY (boss) REFERENCES user (id) ON DELETE RESTRICT`,
			`ALTER TABLE user
    DROP FOREIGN KEY user_boss_fkey,
    DROP INDEX user_boss_fkey,
    DROP COLUMN boss`},
		{"unique column", func(u *Table) { u.Columns = slices.Delete(u.Columns, 1, 2) },
			"ALTER TABLE user\n    DROP INDEX user_email_key,\n    DROP COLUMN email",
			"ALTER TABLE user\n    ADD COLUMN email VARCHAR(255) NOT NULL,\n    ADD UNIQUE INDEX user_email_key (email)"},
		{"index", func(u *Table) {
			u.Indexes[0] = Index{Name: "user_seen", Columns: []string{"disabled_at", "id"}, Unique: true}
		},
			"ALTER TABLE user DROP INDEX user_roles;\nALTER TABLE user ADD UNIQUE INDEX user_seen (disabled_at, id)",
			"ALTER TABLE user DROP INDEX user_seen;\nALTER TABLE user ADD INDEX user_roles (roles(255))"},
		{"null", func(u *Table) { u.column("roles").Null = true },
			"ALTER TABLE user MODIFY COLUMN roles MEDIUMTEXT DEFAULT ('it''s')",
			"ALTER TABLE user MODIFY COLUMN roles MEDIUMTEXT NOT NULL DEFAULT ('it''s')"},
		{"default", func(u *Table) { u.column("auth_version").Default = "" },
			"ALTER TABLE user MODIFY COLUMN auth_version BIGINT NOT NULL",
			"ALTER TABLE user MODIFY COLUMN auth_version BIGINT NOT NULL DEFAULT 1"},
		{"new unique column", func(u *Table) {
			u.Columns = append(u.Columns, Column{Name: "rank", Type: Int64, Null: true, Unique: true})
		},
			"ALTER TABLE user\n    ADD COLUMN `rank` BIGINT,\n    ADD UNIQUE INDEX user_rank_key (`rank`)",
			"ALTER TABLE user\n    DROP INDEX user_rank_key,\n    DROP COLUMN `rank`"},
	})
}

// The servers keep an index for each foreign key, and drop the one they made as soon
// as there is another, which then cannot go any more.
func TestMySQLReplacesTheIndexThatAForeignKeyNeeds(t *testing.T) {
	have, want := golden(MySQL{}), golden(MySQL{})
	want.Tables[1].Indexes = nil
	expectStatements(t, MySQL{}, have, want,
		"ALTER TABLE auth_sessions\n    DROP INDEX auth_sessions_user_id,\n    ADD INDEX auth_sessions_user_id_fkey (user_id)",
		"ALTER TABLE auth_sessions\n    DROP INDEX auth_sessions_user_id_fkey,\n    ADD INDEX auth_sessions_user_id (user_id)")
}

func TestMySQLChangesWhatIsUnique(t *testing.T) {
	have := Schema{Dialect: "mysql", Tables: []Table{{Name: "users", Columns: []Column{
		{Name: "id", Type: Int64, PrimaryKey: true}, {Name: "number", Type: Int64, Unique: true},
	}}}}
	want := have.clone()
	want.Tables[0].Columns[1].Unique = false
	expectStatements(t, MySQL{}, have, want,
		"ALTER TABLE users DROP INDEX users_number_key", "ALTER TABLE users ADD UNIQUE INDEX users_number_key (number)")
}

// The servers do not drop and add a foreign key of one name in one statement.
func TestMySQLChangesReferencesInTwoSteps(t *testing.T) {
	have, want := golden(MySQL{}), golden(MySQL{})
	want.Tables[1].column("user_id").References.OnDelete = NoAction
	changes := Diff(have, want)
	if err := write(MySQL{}, changes); err != nil {
		t.Fatal(err)
	}
	const up = `ALTER TABLE auth_sessions DROP FOREIGN KEY auth_sessions_user_id_fkey;
ALTER TABLE auth_sessions ADD CONSTRAINT auth_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES user (id)`
	if got := strings.Join(ups(changes), ";\n"); got != up {
		t.Errorf("up:\n%s", got)
	}
	if got := strings.Join(downs(changes), ";\n"); got != up+" ON DELETE CASCADE" {
		t.Errorf("down:\n%s", got)
	}
}

func TestMySQLSaysWhatItCannotDo(t *testing.T) {
	expectRefusals(t, MySQL{}, []refusalCase{
		{"type", "user", func(u *Table) { u.column("auth_version").Type = Text; u.column("auth_version").Default = "" },
			"MySQL cannot change user.auth_version in place (type int64 becomes text)"},
		{"key", "auth_grants", func(g *Table) {
			g.column("session_id").PrimaryKey, g.column("session_id").Null, g.column("session_id").References.OnDelete = true, false, Cascade
		},
			"MySQL cannot change auth_grants.session_id in place (its part in the primary key changes)"},
		{"new key", "auth_grants", func(g *Table) { g.Columns = append(g.Columns, Column{Name: "part", Type: Int64, PrimaryKey: true}) },
			"MySQL cannot add auth_grants.part: it is a key"},
		{"drop key", "auth_grants", func(g *Table) { g.Columns = slices.Delete(g.Columns, 1, 2) },
			"MySQL cannot drop auth_grants.subject: it is a key"},
		{"long text", "user", func(u *Table) { u.column("roles").Unique = true },
			"MySQL cannot change user.roles in place (it becomes unique): it would turn from MEDIUMTEXT into VARCHAR(255)"},
		{"nullness", "user", func(u *Table) { u.column("email").Null = true },
			"MySQL cannot change user.email in place (it may be null): foreign keys hold it"},
		{"unique beginning", "user", func(u *Table) { u.Indexes[0].Unique = true },
			"MySQL cannot index user as user_roles: roles is too long to be unique; a unique column can be added"},
		{"long index", "user", func(u *Table) {
			for _, name := range []string{"a", "b", "c"} {
				u.Columns = append(u.Columns, Column{Name: name, Type: Text, Null: true})
			}
			u.Indexes[0].Columns = []string{"roles", "a", "b", "c"}
		}, "MySQL cannot index user as user_roles: it has 4080 bytes, 1008 more than InnoDB takes"},
	})
}

func TestMySQLRefusesLongPrimaryKeys(t *testing.T) {
	table := Table{Name: "grants"}
	for _, name := range []string{"a", "b", "c", "d"} {
		table.Columns = append(table.Columns, Column{Name: name, Type: Text, PrimaryKey: true})
	}
	_, _, err := Plan(MySQL{}, Schema{}, Schema{Dialect: "mysql", Tables: []Table{table}}, false)
	const want = "MySQL cannot create grants: its primary key has 4080 bytes, 1008 more than InnoDB takes"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestMySQLQuotesReservedWordsOfBothServers(t *testing.T) {
	for name, want := range map[string]string{"groups": "`groups`", "Order": "`Order`", "returning": "`returning`", "rank": "`rank`", "user": "user"} {
		if got := (MySQL{}).Quote(name); got != want {
			t.Errorf("Quote(%s) is %s, want %s", name, got, want)
		}
	}
}

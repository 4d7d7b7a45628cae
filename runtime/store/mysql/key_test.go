package mysql_test

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/authgen-go/authgen/runtime/store/mysql"
)

func TestKeyFindsNoOtherText(t *testing.T) {
	db := mysql.New(open(t, urlOf(newDatabase(t))))
	const insert, find = "INSERT INTO things (name) VALUES (?)", "SELECT name FROM things WHERE name = ?"
	for _, name := range []string{"", "a", " b", "ж"} {
		if _, err := db.Insert(t.Context(), insert, name); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]bool{
		"": true, "a": true, " b": true, "ж": true,
		" ": false, "a ": false, "a  ": false, "A": false, " b ": false, "ж ": false, "a\x00": false, "a\n": false, "a\xff": false, "%": false,
	} {
		var got string
		err := db.QueryRow(t.Context(), find, mysql.Key(name)).Scan(&got)
		if found := err == nil; found != want || found && got != name || !found && !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("key %q: found %q, %v; want %v", name, got, err, want)
		}
	}
}

func TestCheckUnique(t *testing.T) {
	pool := open(t, urlOf(newDatabase(t)))
	db := mysql.New(pool)
	if _, err := pool.Exec(`CREATE TABLE accounts (id BIGINT PRIMARY KEY, mail VARCHAR(190), name VARCHAR(190), tag VARCHAR(190), code VARCHAR(190),
		UNIQUE KEY by_mail (mail), KEY by_name (name), UNIQUE KEY by_tag (tag, name), UNIQUE KEY by_code (code(10)))`); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		table, column string
		want          bool
	}{
		{"accounts", "id", true}, {"accounts", "mail", true}, {"things", "name", true},
		{"accounts", "name", false}, {"accounts", "tag", false}, {"accounts", "code", false}, {"accounts", "none", false},
		{"nowhere", "mail", false}, {"things", "mail", false},
	} {
		if err := db.CheckUnique(t.Context(), c.table, c.column); (err == nil) != c.want {
			t.Errorf("%s.%s: %v; want that it is unique: %v", c.table, c.column, err, c.want)
		}
	}
}

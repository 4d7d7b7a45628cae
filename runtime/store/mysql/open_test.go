package mysql_test

import (
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/authgen-go/authgen/runtime/store/mysql"
)

// Whatever is wrong, the error does not say the password.
func TestOpenKeepsThePassword(t *testing.T) {
	for text, want := range map[string]string{
		"":                                                         "of the form",
		"postgres://app:s3cret@db/app":                             "of the form",
		"app:s3cret@tcp(127.0.0.1:3306)/app":                       "of the form",
		"mysql://app:s3cret@[db/app":                               "of the form",
		"mysql://app:s3cret%zz@db/app":                             "of the form",
		"mysql://app:s3cret@db:port/app":                           "of the form",
		"mysql://app:s3cret@127.0.0.1:1":                           "of the form",
		"mysql:app:s3cret@127.0.0.1/app":                           "of the form",
		"mysql://app:s3cret@127.0.0.1:1/app":                       "refused",
		"mysql://app:s3cret@127.0.0.1:1/app?multiStatements=true":  "multiStatements",
		"mysql://app:s3cret@127.0.0.1:1/app?clientFoundRows=false": "clientFoundRows",
		"mysql://app:s3cret@127.0.0.1:1/app?sql_mode=''":           "sql_mode",
		"mysql://app:s3cret@127.0.0.1:1/app?timeout=long":          "long",
		"mysql://app:s3cret@127.0.0.1:1/app?pool_max_conns=0":      "pool_max_conns",
		"mysql://app:s3cret@/app?socket=/nowhere/mysqld.sock":      "/nowhere/mysqld.sock",
	} {
		pool, err := mysql.Open(text)
		if err == nil {
			pool.Close()
			t.Errorf("%q was opened", text)
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v; want %q and no password", text, err, want)
		}
	}
}

func TestOpenSizesThePool(t *testing.T) {
	d := newDatabase(t)
	if n := open(t, urlOf(d)).Stats().MaxOpenConnections; n < 10 {
		t.Errorf("%d connections by default", n)
	}
	if n := open(t, urlOf(d, [2]string{"pool_max_conns", "3"})).Stats().MaxOpenConnections; n != 3 {
		t.Errorf("%d connections, want the 3 of the URL", n)
	}
}

// What a pool that is made by hand has to have.
func TestCheckNamesWhatIsMissing(t *testing.T) {
	d := newDatabase(t)
	for want, change := range map[string]func(*driver.Config){
		"clientFoundRows": func(d *driver.Config) { d.ClientFoundRows = false },
		"STRICT":          func(d *driver.Config) { d.Params = map[string]string{"sql_mode": "''"} },
		"autocommit":      func(d *driver.Config) { d.Params = map[string]string{"autocommit": "0"} },
		"utf8mb4":         func(d *driver.Config) { _ = d.Apply(driver.Charset("latin1", "")) },
		"Europe/Berlin":   func(d *driver.Config) { d.ParseTime, d.Loc = true, berlin(t) },
	} {
		pool := byHand(t, d, func(d *driver.Config) { d.ClientFoundRows = true; change(d) })
		if err := mysql.Check(t.Context(), pool); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want an error that names %s", err, want)
		}
	}
}

// A user who may not make temporary tables is taken at its word.
func TestCheckWithFewPrivileges(t *testing.T) {
	d := newDatabase(t)
	admin := open(t, urlOf(d))
	for _, query := range []string{
		"CREATE USER IF NOT EXISTS authgen_few@'%' IDENTIFIED BY 'few'",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON " + d.DBName + ".* TO authgen_few@'%'",
	} {
		if _, err := admin.Exec(query); err != nil {
			t.Fatal("the user of the server has to be one who makes others: ", err)
		}
	}
	t.Cleanup(func() { _, _ = admin.Exec("DROP USER authgen_few@'%'") })
	few := d.Clone()
	few.User, few.Passwd = "authgen_few", "few"
	db := newDB(t, open(t, urlOf(few)))
	if n, err := db.Insert(t.Context(), insertThing, "a", mysql.Time{}); n != 1 || err != nil {
		t.Error(n, err)
	}
}

// Whatever the server's default is, a statement locks no gap: a sweep of what has ended
// keeps nobody from signing in.
func TestOpenReadsCommitted(t *testing.T) {
	d := newDatabase(t)
	db := open(t, urlOf(d))
	for _, name := range []string{"a", "z"} {
		if _, err := db.Exec(`INSERT INTO things (name) VALUES (?)`, name); err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	sweep, err := db.BeginTx(ctx, nil) // as the connection has it
	if err != nil {
		t.Fatal(err)
	}
	defer sweep.Rollback()
	if _, err := sweep.Exec(`DELETE FROM things WHERE name BETWEEN 'b' AND 'y' LIMIT 100`); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO things (name) VALUES ('m')`); err != nil {
		t.Errorf("while another removes what has ended: %v", err)
	}
}

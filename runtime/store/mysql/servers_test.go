package mysql_test

import (
	"crypto/rand"
	"database/sql"
	"net/url"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/store/mysql"
)

// newDatabase makes a database on the real server with a table of things, for as long as
// the test runs.
func newDatabase(t testing.TB) *driver.Config {
	t.Helper()
	config, err := driver.ParseDSN(servertest.Need(t, servertest.MySQL))
	if err != nil {
		t.Fatal("the DSN of the server cannot be read")
	}
	name := "test_" + strings.ToLower(rand.Text())
	admin := func(query string) {
		t.Helper()
		db, err := sql.Open("mysql", config.FormatDSN())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	admin("CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	t.Cleanup(func() { admin("DROP DATABASE " + name) })
	d := config.Clone()
	d.DBName = name
	pool := open(t, urlOf(d))
	if _, err := pool.Exec(`CREATE TABLE things (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(190) NOT NULL UNIQUE, at DATETIME(6))`); err != nil {
		t.Fatal(err)
	}
	return d
}

// urlOf is the DATABASE_URL of a database, with options, of which each is a name and its
// value.
func urlOf(d *driver.Config, options ...[2]string) string {
	u := url.URL{Scheme: "mysql", User: url.UserPassword(d.User, d.Passwd), Host: d.Addr, Path: "/" + d.DBName}
	values := url.Values{}
	for _, o := range options {
		values.Set(o[0], o[1])
	}
	u.RawQuery = values.Encode()
	return u.String()
}

// open opens a database until the test ends.
func open(t testing.TB, url string) *sql.DB {
	t.Helper()
	pool, err := mysql.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() }) // a connection that was cut cannot say goodbye
	return pool
}

// byHand is a pool that somebody made who knows the driver only.
func byHand(t testing.TB, d *driver.Config, change func(*driver.Config)) *sql.DB {
	t.Helper()
	d = d.Clone()
	change(d)
	pool, err := sql.Open("mysql", d.FormatDSN())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// newDB returns the DB of a pool until the test ends.
func newDB(t testing.TB, pool *sql.DB) *mysql.DB {
	t.Helper()
	db := mysql.New(pool)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// onPools runs test on pools of all kinds that pass.
func onPools(t *testing.T, test func(t *testing.T, db *mysql.DB)) {
	t.Run("of a URL", func(t *testing.T) { test(t, newDB(t, open(t, urlOf(newDatabase(t))))) })
	for name, change := range map[string]func(*driver.Config){
		"by hand":                       func(d *driver.Config) { d.ClientFoundRows = true },
		"with parseTime":                func(d *driver.Config) { d.ClientFoundRows, d.ParseTime = true, true },
		"with parseTime, far from here": func(d *driver.Config) { d.ClientFoundRows, d.ParseTime, d.Loc = true, true, tokyo(t) },
		"with a loc of no use":          func(d *driver.Config) { d.ClientFoundRows, d.Loc = true, berlin(t) },
		"with interpolateParams":        func(d *driver.Config) { d.ClientFoundRows, d.InterpolateParams = true, true },
	} {
		t.Run(name, func(t *testing.T) {
			pool := byHand(t, newDatabase(t), change)
			if err := mysql.Check(t.Context(), pool); err != nil {
				t.Fatal(err)
			}
			test(t, newDB(t, pool))
		})
	}
}

// tokyo is a location whose clocks are never changed.
func tokyo(t testing.TB) *time.Location { return location(t, "Asia/Tokyo") }

// berlin is one whose clocks are put forward on 2026-03-29 at 01:00 UTC.
func berlin(t testing.TB) *time.Location { return location(t, "Europe/Berlin") }

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

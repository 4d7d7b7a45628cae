package postgres_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/authgen-go/authgen/runtime/store/postgres"
)

// Whatever is wrong, the error does not say the password.
func TestOpenKeepsThePassword(t *testing.T) {
	for text, want := range map[string]string{
		"mysql://app:s3cret@db/app":                                                "of the form",
		"postgres://app:s3cret@[db/app":                                            "of the form",
		"postgres://app:s3cret%zz@db/app":                                          "of the form",
		"postgres://app:s3cret@db:port/app":                                        "of the form",
		"user=app password=s3cret port=none":                                       "of the form",
		"postgres://app:s3cret@127.0.0.1:1/app?connect_timeout=1":                  "127.0.0.1",
		"postgres://app@127.0.0.1:1/app?password=s3cret&connect_timeout=1":         "127.0.0.1",
		"postgres://app:s3cret@127.0.0.1/app?sslmode=often":                        "sslmode",
		"postgres://app:s3cret@127.0.0.1/app?pool_max_conns=many":                  "pool_max_conns",
		"postgres://app:s3cret@127.0.0.1/app?password=s3cret&pool_max_conns=none":  "pool_max_conns",
		"postgres://app:s3cret@127.0.0.1/app?sslmode=verify-full&sslrootcert=/nil": "/nil",
	} {
		pool, err := postgres.Open(text)
		if err == nil {
			pool.Close()
			t.Errorf("%q was opened", text)
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret@") || strings.Contains(err.Error(), "=s3cret") {
			t.Errorf("%q: %v; want %q and no password", text, err, want)
		}
	}
}

func TestOpenSizesThePool(t *testing.T) {
	d := newDatabase(t)
	if n := d.open(t).Config().MaxConns; n < 10 {
		t.Errorf("%d connections by default", n)
	}
	if n := d.with("pool_max_conns", "3").open(t).Config().MaxConns; n != 3 {
		t.Errorf("%d connections, want the 3 of the URL", n)
	}
}

// SECURITY F-17.
// A server that takes no writes is none of ours, however it is come by.
func TestF17_ReadOnlyServersAreRefused(t *testing.T) {
	d := newDatabase(t).with("default_transaction_read_only", "on")
	if pool, err := postgres.Open(d.url.String()); err == nil {
		pool.Close()
		t.Error("a read-only server was opened")
	}
	pool, err := pgxpool.New(t.Context(), d.url.String())
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err := postgres.Check(t.Context(), pool); err == nil || !strings.Contains(err.Error(), "default_transaction_read_only") {
		t.Errorf("got %v", err)
	}
}

// A primary that takes no writes any more is still connected to, and read.
// SECURITY F-20.
func TestF20_APrimaryThatTakesNoWritesIsRead(t *testing.T) {
	d := newDatabase(t)
	admin := d.open(t)
	name := "test_full_" + strings.ToLower(rand.Text())
	exec := func(query string) {
		t.Helper()
		if _, err := admin.Exec(context.Background(), query); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE DATABASE " + name)
	t.Cleanup(func() { exec("DROP DATABASE " + name + " WITH (FORCE)") })
	u := *d.url
	u.Path = "/" + name
	pool := database{&u}.open(t)
	exec("ALTER DATABASE " + name + " SET default_transaction_read_only = on")
	pool.Reset()

	db := postgres.New(pool)
	var one int
	if err := db.QueryRow(t.Context(), "SELECT 1").Scan(&one); err != nil {
		t.Errorf("it cannot be read: %v", err)
	}
	for range 20 { // more than would be taken for an outage
		if _, err := db.Exec(t.Context(), "CREATE TABLE things (id bigint)"); err == nil {
			t.Fatal("it took a write")
		}
	}
	if err := db.QueryRow(t.Context(), "SELECT 1").Scan(&one); err != nil {
		t.Errorf("it cannot be read after writes that were refused: %v", err)
	}
}

func TestCheckWantsUTF8(t *testing.T) {
	d := newDatabase(t)
	pool := d.open(t)
	const name = "test_ascii_of_authgen"
	drop := func() { _, _ = pool.Exec(t.Context(), "DROP DATABASE IF EXISTS "+name) }
	drop()
	if _, err := pool.Exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"); err != nil {
		t.Fatal(err)
	}
	defer drop()
	u := *d.url
	u.Path = "/" + name
	u.RawQuery = url.Values{"sslmode": {"disable"}}.Encode()
	if pool, err := postgres.Open(u.String()); err == nil || !strings.Contains(err.Error(), "UTF8") {
		t.Errorf("got %v", err)
		if pool != nil {
			pool.Close()
		}
	}
}

// A pool that is made by hand passes if nothing is wrong with it.
func TestCheckOfAnyPool(t *testing.T) {
	pool, err := pgxpool.New(t.Context(), newDatabase(t).url.String())
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err := postgres.Check(t.Context(), pool); err != nil {
		t.Error(err)
	}
}

package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	goredis "github.com/redis/go-redis/v9"
	"github.com/rogpeppe/go-internal/testscript"
)

// testServers are the variables that name the servers of scripts.
var testServers = map[string]string{
	"postgres": "AUTHGEN_TEST_POSTGRES",
	"mysql":    "AUTHGEN_TEST_MYSQL",
	"redis":    "AUTHGEN_TEST_REDIS",
}

// hasServer is the condition of scripts that need one:
//
//	[!postgres] skip 'AUTHGEN_TEST_POSTGRES is not set'
//
// Where servers are required, one that is missing is an error.
func hasServer(name string) (bool, error) {
	variable, known := testServers[name]
	switch {
	case !known:
		return false, fmt.Errorf("unknown condition %q", name)
	case os.Getenv(variable) != "":
		return true, nil
	case os.Getenv("AUTHGEN_TEST_SERVERS") == "required":
		return false, fmt.Errorf("%s is not set", variable)
	default:
		return false, nil
	}
}

// makeDatabase makes an empty database, which is gone when the script ends, and sets
// DATABASE_URL, or REDIS_URL, to where it is:
//
//	database postgres|mysql|redis
func makeDatabase(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || testServers[args[0]] == "" {
		ts.Fatalf("usage: database postgres|mysql|redis")
	}
	makers := map[string]func(context.Context, string) (string, func(context.Context) error, error){
		"postgres": newPostgres, "mysql": newMySQL, "redis": newRedis,
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	address, drop, err := makers[args[0]](ctx, os.Getenv(testServers[args[0]]))
	ts.Check(err)
	ts.Defer(func() {
		worldOf(ts).server.kill() // it holds connections
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := drop(ctx); err != nil {
			ts.Logf("%v", err)
		}
	})
	variable := "DATABASE_URL"
	if args[0] == "redis" {
		variable = "REDIS_URL"
	}
	ts.Setenv(variable, address)
}

func newDatabaseName() string { return "authgen_script_" + strings.ToLower(rand.Text()) }

func newPostgres(ctx context.Context, server string) (string, func(context.Context) error, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	name := newDatabaseName()
	exec := func(ctx context.Context, statement string) error {
		conn, err := pgx.Connect(ctx, server)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, statement)
		return err
	}
	u.Path = "/" + name
	drop := func(ctx context.Context) error { return exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)") }
	return u.String(), drop, exec(ctx, "CREATE DATABASE "+name)
}

func newMySQL(ctx context.Context, server string) (string, func(context.Context) error, error) {
	cfg, err := mysql.ParseDSN(server)
	if err != nil {
		return "", nil, err
	}
	name := newDatabaseName()
	exec := func(ctx context.Context, statement string) error {
		db, err := sql.Open("mysql", server)
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.ExecContext(ctx, statement)
		return err
	}
	u := url.URL{Scheme: "mysql", User: url.UserPassword(cfg.User, cfg.Passwd), Host: cfg.Addr, Path: "/" + name}
	drop := func(ctx context.Context) error { return exec(ctx, "DROP DATABASE "+name) }
	return u.String(), drop, exec(ctx, "CREATE DATABASE "+name)
}

// scriptNumber is the number of the database of Redis that is the scripts': one script at
// a time uses it.
const scriptNumber = 15

func newRedis(ctx context.Context, server string) (string, func(context.Context) error, error) {
	o, err := goredis.ParseURL(server)
	if err != nil {
		return "", nil, err
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	o.DB, u.Path = scriptNumber, fmt.Sprintf("/%d", scriptNumber)
	flush := func(ctx context.Context) error {
		client := goredis.NewClient(o)
		defer client.Close()
		return client.FlushDB(ctx).Err()
	}
	return u.String(), flush, flush(ctx)
}

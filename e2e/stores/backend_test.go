package stores

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	mysqldriver "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	_ "modernc.org/sqlite"             // the driver sqlite

	"github.com/authgen-go/authgen/e2e/internal/lossy"
	"github.com/authgen-go/authgen/e2e/internal/project"
	"github.com/authgen-go/authgen/e2e/internal/servers"
)

// A backend is a way to keep data. The server that it is named after is the one that
// fails.
type backend struct {
	name     string
	kind     project.Kind
	database string              // as the spec names it
	fails    func() servers.Kind // nil: SQLite has no server
	direct   bool                // no proxy can be before it
	rig      func() (*rig, error)
}

// A rig is a generated server, and the store that it depends on behind a network that
// fails when it is told to.
type rig struct {
	*project.Server
	backend *backend
	project *project.Project
	env     []string        // what names the stores to the server
	store   *servers.Server // nil for SQLite
	proxy   *lossy.Proxy    // nil for SQLite, and for a cluster, whose nodes name each other
	db      *sql.DB         // the database, past the proxy and as somebody who may do everything
}

var (
	sqlite   = begins(backend{name: "SQLite", kind: project.Stores("sqlite", false), database: "sqlite"})
	postgres = begins(backend{name: "PostgreSQL", kind: project.Stores("postgres", false), database: "postgres", fails: servers.PostgreSQL})
	mariaDB  = begins(backend{name: "MariaDB", kind: project.Stores("mysql", false), database: "mysql", fails: servers.MariaDB})
	oneRedis = begins(backend{name: "Redis", kind: project.Stores("postgres", true), database: "postgres", fails: servers.Redis})
	cluster  = begins(backend{name: "Redis Cluster", kind: project.Stores("postgres", true), database: "postgres", fails: servers.RedisCluster, direct: true})
	backends = []*backend{sqlite, postgres, mariaDB, oneRedis, cluster}
)

func begins(b backend) *backend {
	b.rig = sync.OnceValues(func() (*rig, error) { return b.begin(context.Background()) })
	return &b
}

func (b *backend) inRedis() bool { return b.name == "Redis" || b.name == "Redis Cluster" }

// begin starts the stores and the server.
func (b *backend) begin(ctx context.Context) (*rig, error) {
	r, err := b.prepare(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.name, err)
	}
	if r.Server, err = r.serve(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", b.name, err)
	}
	return r, nil
}

// serve starts one more process of the server.
func (r *rig) serve(ctx context.Context) (*project.Server, error) {
	addr, err := project.FreeAddr()
	if err != nil {
		return nil, err
	}
	if r.Server == nil { // all of them are one to the world
		r.env = append(r.env, "BASE_URL=http://"+addr)
	}
	server, err := r.project.Serve(ctx, addr, r.env...)
	if err != nil {
		return nil, err
	}
	suite.atEnd(func() error {
		_ = server.Kill() // a test may have ended it
		return nil
	})
	return server, nil
}

// prepare starts everything but the server.
func (b *backend) prepare(ctx context.Context) (*rig, error) {
	r := &rig{backend: b}
	var err error
	if r.project, err = suite.project(b.kind); err != nil {
		return nil, err
	}
	if b.fails != nil {
		if r.store, err = b.fails().Start(ctx); err != nil {
			return nil, err
		}
		suite.atEnd(r.store.Close)
		if !b.direct {
			if r.proxy, err = lossy.Listen(r.store.Processes()[0].Addr); err != nil {
				return nil, err
			}
			suite.atEnd(func() error { r.proxy.Close(); return nil })
		}
	}
	if err := r.makeDatabase(ctx); err != nil {
		return nil, err
	}
	if b.inRedis() {
		address, err := redisURL(r.store.URL, r.proxy)
		if err != nil {
			return nil, err
		}
		r.env = append(r.env, "REDIS_URL="+address)
	}
	return r, nil
}

// makeDatabase makes a database that is empty, whose owner may do nothing else, and notes
// what names it.
func (r *rig) makeDatabase(ctx context.Context) error {
	switch r.backend.database {
	case "postgres":
		return r.makePostgres(ctx)
	case "mysql":
		return r.makeMySQL(ctx)
	default:
		file := filepath.Join(suite.dir, r.backend.name+".db")
		r.env = append(r.env, "DATABASE_URL=sqlite:"+file)
		return r.open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)")
	}
}

func (r *rig) open(driver, name string) (err error) {
	if r.db, err = sql.Open(driver, name); err != nil {
		return err
	}
	suite.atEnd(func() error {
		_ = r.db.Close() // its server has been killed since, and its connections with it
		return nil
	})
	return nil
}

const (
	appUser     = "app"
	appPassword = "not a secret of anybody"
)

func (r *rig) makePostgres(ctx context.Context) error {
	server := r.store
	if r.backend.inRedis() {
		var err error
		if server, err = servers.PostgreSQL().Use(ctx); err != nil {
			return err
		}
		suite.atEnd(server.Close)
	}
	address, err := url.Parse(server.URL)
	if err != nil {
		return err
	}
	admin, err := sql.Open("pgx", address.String())
	if err != nil {
		return err
	}
	defer admin.Close()
	name := appUser + "_" + strings.ToLower(strings.ReplaceAll(r.backend.name, " ", "_"))
	for _, statement := range []string{
		"DROP DATABASE IF EXISTS " + name,
		"DROP ROLE IF EXISTS " + name,
		"CREATE ROLE " + name + " LOGIN PASSWORD '" + appPassword + "'",
		"CREATE DATABASE " + name + " OWNER " + name,
	} {
		if _, err := admin.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	address.Path = "/" + name
	if err := r.open("pgx", address.String()); err != nil {
		return err
	}
	address.User = url.UserPassword(name, appPassword)
	if !r.backend.inRedis() {
		address.Host = r.proxy.Addr()
	}
	r.env = append(r.env, "DATABASE_URL="+address.String())
	return nil
}

func (r *rig) makeMySQL(ctx context.Context) error {
	config, err := mysqldriver.ParseDSN(r.store.URL)
	if err != nil {
		return err
	}
	if err := r.open("mysql", config.FormatDSN()); err != nil {
		return err
	}
	for _, statement := range []string{
		"CREATE USER " + appUser + "@'127.0.0.1' IDENTIFIED BY '" + appPassword + "'",
		"GRANT ALL ON " + config.DBName + ".* TO " + appUser + "@'127.0.0.1'",
	} {
		if _, err := r.db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	address := &url.URL{Scheme: "mysql", User: url.UserPassword(appUser, appPassword), Host: r.proxy.Addr(), Path: "/" + config.DBName}
	r.env = append(r.env, "DATABASE_URL="+address.String())
	return nil
}

// redisURL is what a generated server calls a Redis, or a cluster, whose nodes a driver
// has in the query.
func redisURL(driver string, proxy *lossy.Proxy) (string, error) {
	address, err := url.Parse(driver)
	if err != nil {
		return "", err
	}
	address.Host = strings.Join(append([]string{address.Host}, address.Query()["addr"]...), ",")
	address.RawQuery = ""
	if proxy != nil {
		address.Host = proxy.Addr()
	}
	return address.String(), nil
}

// onEach runs a test with each of the backends that are wanted, all at once.
func onEach(t *testing.T, wanted func(*backend) bool, test func(*testing.T, *rig)) {
	for _, b := range backends {
		if !wanted(b) {
			continue
		}
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			test(t, b.ready(t))
		})
	}
}

// ready is the rig of a backend, or the end of the test.
func (b *backend) ready(t *testing.T) *rig {
	t.Helper()
	r, err := b.rig()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// remote is a backend with a server that can be away.
func remote(b *backend) bool { return b.fails != nil }

// proxied is a backend whose network can fail.
func proxied(b *backend) bool { return b.fails != nil && !b.direct }

// inSQL is a backend with all its data in a database that is a server.
func inSQL(b *backend) bool { return b.fails != nil && !b.inRedis() }

// all is every backend.
func all(*backend) bool { return true }

package throughput

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
)

// A store is where a server keeps what a request asks for.
type store struct {
	name     string
	database string // of the spec
	other    string // where sessions, revoked tokens and limits are, unless in the database
	server   string // the variable that names it; "" if there is none
	env      func(b *testing.B, server string) []string
}

func stores() []store {
	return []store{
		{"memory", "sqlite", "memory", "", inFile}, // but for users and keys, which are in SQLite
		{"SQLite", "sqlite", "", "", inFile},
		{"PostgreSQL", "postgres", "", "AUTHGEN_TEST_POSTGRES", inPostgres},
		{"MariaDB", "mysql", "", "AUTHGEN_TEST_MYSQL", inMySQL},
		{"Redis", "sqlite", "redis", "AUTHGEN_TEST_REDIS", inRedis}, // but for users and keys, too
		{"Redis Cluster", "sqlite", "redis", "AUTHGEN_TEST_REDIS_CLUSTER", inRedis},
	}
}

// spec has limits that nobody reaches.
func (s store) spec() string {
	other, limits := s.other, s.other
	if other == "" {
		other, limits = "database", "memory"
	}
	return `version: 1
database: ` + s.database + `
output: {tests: false}
scopes: [reports:read, reports:write]
users:
  roles: {member: [reports:read], admin: [reports:read, reports:write]}
strategies:
  api_key: {rate_limit: 1000000/1s}
  jwt: {revocation: {storage: ` + other + `}}
  session: {storage: ` + other + `}
rate_limit: {storage: ` + limits + `}
`
}

// serve builds a server and runs it to the end of the benchmark.
func (s store) serve(b *testing.B, authgen string) (origin string) {
	b.Helper()
	server := os.Getenv(s.server)
	if s.server != "" && server == "" {
		if os.Getenv("AUTHGEN_TEST_SERVERS") == "required" {
			b.Fatal(s.server + " names no server")
		}
		b.Skip(s.server + " names no server; see README.md")
	}
	dir := filepath.Join(b.TempDir(), "app")
	run(b, ".", authgen, "init", dir, "--no-generate", "--module", "example.com/app", "--strategies", "api_key,jwt,session", "--database", s.database)
	if err := os.WriteFile(filepath.Join(dir, "authgen.yaml"), []byte(s.spec()), 0o644); err != nil {
		b.Fatal(err)
	}
	run(b, dir, authgen, "generate")
	run(b, dir, "go", "mod", "tidy")
	run(b, dir, "go", "build", "-o", "server", ".")

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr := listener.Addr().String()
	listener.Close()
	cmd := exec.Command(filepath.Join(dir, "server"))
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "ADDR="+addr, "BASE_URL=http://"+addr), s.env(b, server)...)
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		b.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		defer log.Close()
		_ = cmd.Process.Signal(syscall.SIGTERM) // what has ended needs none
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	untilReady(b, "http://"+addr, log.Name())
	return "http://" + addr
}

func untilReady(b *testing.B, origin, log string) {
	b.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(20 * time.Millisecond) {
		if answer, err := http.Get(origin + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
	}
	text, _ := os.ReadFile(log) // what there is of it
	b.Fatalf("the server does not become ready\n%s", text)
}

func buildAuthgen(b *testing.B) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), "authgen")
	run(b, filepath.Join("..", ".."), "go", "build", "-o", file, "./cmd/authgen")
	return file
}

func run(b *testing.B, dir, name string, args ...string) {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

func inFile(b *testing.B, _ string) []string {
	return []string{"DATABASE_URL=sqlite:" + filepath.Join(b.TempDir(), "app.db")}
}

// inRedis has users in a file and the rest at the URL of a driver, which names the nodes
// of a cluster in its query.
func inRedis(b *testing.B, server string) []string {
	address, err := url.Parse(server)
	if err != nil {
		b.Fatal(err)
	}
	address.Host = strings.Join(append([]string{address.Host}, address.Query()["addr"]...), ",")
	address.RawQuery = ""
	return append(inFile(b, ""), "REDIS_URL="+address.String())
}

func inPostgres(b *testing.B, server string) []string {
	address, err := url.Parse(server)
	if err != nil {
		b.Fatal(err)
	}
	address.Path = "/" + newDatabase(b, "pgx", server)
	return []string{"DATABASE_URL=" + address.String()}
}

func inMySQL(b *testing.B, server string) []string {
	config, err := mysql.ParseDSN(server)
	if err != nil {
		b.Fatal(err)
	}
	address := url.URL{Scheme: "mysql", User: url.UserPassword(config.User, config.Passwd), Host: config.Addr, Path: "/" + newDatabase(b, "mysql", server)}
	return []string{"DATABASE_URL=" + address.String()}
}

// newDatabase makes a database for the time of the benchmark.
func newDatabase(b *testing.B, driver, server string) (name string) {
	b.Helper()
	admin, err := sql.Open(driver, server)
	if err != nil {
		b.Fatal(err)
	}
	name = "throughput_" + strings.ToLower(rand.Text())
	if _, err := admin.ExecContext(b.Context(), "CREATE DATABASE "+name); err != nil {
		b.Fatal(fmt.Errorf("make a database: %w", err))
	}
	b.Cleanup(func() {
		defer admin.Close()
		if _, err := admin.Exec("DROP DATABASE " + name); err != nil {
			b.Error(err)
		}
	})
	return name
}

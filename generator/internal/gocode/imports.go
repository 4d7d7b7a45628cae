package gocode

import (
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// The packages outside the standard library and the runtime that generated code
// imports.
const (
	chiImport  = "github.com/go-chi/chi/v5"
	ginImport  = "github.com/gin-gonic/gin"
	echoImport = "github.com/labstack/echo/v4"
	uuidImport = "github.com/google/uuid"

	pgxpoolImport = "github.com/jackc/pgx/v5/pgxpool"
	stdlibImport  = "github.com/jackc/pgx/v5/stdlib"
	goredisImport = "github.com/redis/go-redis/v9"
	metricImport  = "go.opentelemetry.io/otel/metric"
)

// goredisName is what generated code calls go-redis, whose own name is that of the
// runtime's stores in Redis.
const goredisName = "goredis"

// named lists every package that generated code may import and whose name
// jennifer would not guess, or would guess only by its list of Go 1.23. A test
// holds that no guessed alias reaches the output.
func named() map[string]string {
	names := map[string]string{
		"database/sql":                   "sql",
		"embed":                          "embed",
		"errors":                         "errors",
		"fmt":                            "fmt",
		"io/fs":                          "fs",
		"log/slog":                       "slog",
		"net/http":                       "http",
		"net/netip":                      "netip",
		"net/url":                        "url",
		"os":                             "os",
		"slices":                         "slices",
		"strings":                        "strings",
		ginImport:                        "gin",
		chiImport:                        "chi",
		uuidImport:                       "uuid",
		echoImport:                       "echo",
		pgxpoolImport:                    "pgxpool",
		stdlibImport:                     "stdlib",
		metricImport:                     "metric",
		runtimePath:                      "runtime",
		runtimePath + "/migrate/goose":   "goose",
		runtimePath + "/store/memory":    "memory",
		runtimePath + "/store/mysql":     "mysql",
		runtimePath + "/store/postgres":  "postgres",
		runtimePath + "/store/redis":     "redis",
		runtimePath + "/store/sqlite":    "sqlite",
		runtimePath + "/store/storetest": "storetest",
	}
	for _, pkg := range []string{
		"account", "apikey", "audit", "authn", "env", "grant", "identity", "jwks", "metrics", "migrate", "oauth", "oauthserver", "once", "page", "password", "ratelimit", "refresh", "revocation", "secret", "session", "token", "usage",
	} {
		names[path.Join(runtimePath, pkg)] = pkg
	}
	return names
}

// newFile is an empty file of package pkg that knows the names of imports.
func newFile(m *model.Model, importPath, pkg string) *jen.File {
	f := jen.NewFilePathName(importPath, pkg)
	f.NoFormat = true
	f.ImportNames(named())
	f.ImportAlias(goredisImport, goredisName)
	if m.Migrations.Package == "migrations" {
		f.ImportName(m.Migrations.ImportPath, "migrations")
	} else {
		// The spec's name for it could be that of a variable.
		f.ImportAlias(m.Migrations.ImportPath, "migrations")
	}
	return f
}

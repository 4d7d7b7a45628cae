package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/spec"
)

// What a module uses is seen in its imports; what it merely requires counts where
// no import says more, and what others require does not count.
func TestDetect(t *testing.T) {
	tests := []struct {
		name    string
		require []string            // modules, each replaced by an empty one
		imports map[string][]string // folder → what it imports; a folder under cmd is a program
		want    findings
	}{
		{
			name:    "nothing but net/http",
			imports: map[string][]string{"cmd/shop": {"net/http"}},
			want:    findings{router: spec.RouterNetHTTP, database: spec.SQLite, main: "cmd/shop"},
		},
		{
			name:    "a router and a driver that are imported",
			require: []string{"github.com/gin-gonic/gin", "github.com/jackc/pgx/v5"},
			imports: map[string][]string{"cmd/shop": {"github.com/gin-gonic/gin"}, "internal/store": {"github.com/jackc/pgx/v5/stdlib"}},
			want: findings{
				router: spec.RouterGin, routerWhy: finding{"gin", "cmd/shop"}, main: "cmd/shop",
				drivers: []finding{{"PostgreSQL, pgx", "internal/store"}}, database: spec.Postgres,
			},
		},
		{
			name:    "the database that most packages speak to",
			require: []string{"modernc.org/sqlite", "github.com/go-sql-driver/mysql"},
			imports: map[string][]string{
				"cmd/shop": {"net/http", "github.com/go-sql-driver/mysql"}, "internal/store": {"github.com/go-sql-driver/mysql"}, "internal/test": {"modernc.org/sqlite"},
			},
			want: findings{
				router: spec.RouterNetHTTP, main: "cmd/shop", database: spec.MySQL,
				drivers: []finding{{"SQLite, modernc.org/sqlite", "internal/test"}, {"MySQL, go-sql-driver/mysql", "cmd/shop"}},
			},
		},
		{
			name:    "a driver that is required and not yet imported",
			require: []string{"github.com/lib/pq"},
			want: findings{
				router: spec.RouterNetHTTP, database: spec.Postgres,
				drivers: []finding{{"PostgreSQL, lib/pq", "go.mod"}},
			},
		},
		{
			name:    "the router that most packages use",
			require: []string{"github.com/gin-gonic/gin", "github.com/go-chi/chi/v5"},
			imports: map[string][]string{
				"cmd/old": {"github.com/gin-gonic/gin"}, "cmd/new": {"github.com/go-chi/chi/v5"}, "internal/api": {"github.com/go-chi/chi/v5/middleware"},
			},
			want: findings{router: spec.RouterChi, database: spec.SQLite, routerWhy: finding{"chi", "cmd/new"}, main: "cmd/new"},
		},
		{
			name:    "a router that is required and not yet imported",
			require: []string{"github.com/labstack/echo/v4"},
			want:    findings{router: spec.RouterEcho, database: spec.SQLite, routerWhy: finding{"echo v4", "go.mod"}},
		},
		{
			name:    "a router that another module brings along",
			require: []string{"github.com/labstack/echo/v4 // indirect"},
			imports: map[string][]string{"cmd/a": {"fmt"}, "cmd/b": {"fmt"}},
			want:    findings{router: spec.RouterNetHTTP, database: spec.SQLite},
		},
		{
			name:    "a router that no guards are generated for",
			require: []string{"github.com/labstack/echo/v5"},
			imports: map[string][]string{"cmd/shop": {"github.com/labstack/echo/v5"}},
			want:    findings{router: spec.RouterNetHTTP, database: spec.SQLite, foreign: "echo v5", main: "cmd/shop"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeModule(t, test.require, test.imports)
			here, err := os.Getwd()
			if err != nil {
				t.Fatal(err)
			}
			m, err := findModule(here)
			if err != nil {
				t.Fatal(err)
			}
			got := detect(context.Background(), m)
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", test.want) {
				t.Errorf("detect:\n%+v\nwant:\n%+v", got, test.want)
			}
		})
	}
}

// A module that does not compile is still a module with a router.
func TestDetectInBrokenCode(t *testing.T) {
	t.Chdir(t.TempDir())
	writeModule(t, []string{"github.com/go-chi/chi/v5"}, map[string][]string{"cmd/shop": {"github.com/go-chi/chi/v5"}})
	write(t, "cmd/shop/broken.go", "package main\n\nfunc {")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	m, err := findModule(here)
	if err != nil {
		t.Fatal(err)
	}
	if got := detect(context.Background(), m); got.router != spec.RouterChi {
		t.Errorf("detect: %+v", got)
	}
}

// writeModule writes a module into the current folder that needs no download.
func writeModule(t *testing.T, require []string, imports map[string][]string) {
	t.Helper()
	mod := "module example.com/shop\n\ngo 1.26.0\n"
	for i, line := range require {
		path, _, _ := strings.Cut(line, " ")
		version := "v1.0.0"
		if _, major, ok := strings.Cut(path, "/v"); ok {
			version = "v" + major + ".0.0"
		}
		comment := strings.TrimPrefix(line, path)
		mod += fmt.Sprintf("\nrequire %s %s%s\n\nreplace %s => ./_fakes/%d\n", path, version, comment, path, i)
		write(t, fmt.Sprintf("_fakes/%d/go.mod", i), "module "+path+"\n")
		for _, folder := range []string{"", "middleware/", "stdlib/"} {
			write(t, fmt.Sprintf("_fakes/%d/%sfake.go", i, folder), "package fake\n")
		}
	}
	write(t, "go.mod", mod)
	for folder, paths := range imports {
		pkg := "lib"
		if strings.HasPrefix(folder, "cmd/") {
			pkg = "main"
		}
		text := "package " + pkg + "\n\n"
		for _, path := range paths {
			text += fmt.Sprintf("import _ %q\n", path)
		}
		write(t, folder+"/file.go", text)
	}
}

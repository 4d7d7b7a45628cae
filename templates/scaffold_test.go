package templates

import (
	"strings"
	"testing"
)

// Every template renders for every router; Go among it is formatted by Scaffold,
// which refuses what does not parse.
func TestScaffoldRenders(t *testing.T) {
	entries, err := scaffold.ReadDir("scaffold")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := strings.TrimSuffix(entry.Name(), ".tmpl")
		t.Run(name, func(t *testing.T) {
			for _, router := range []string{"net/http", "chi", "gin", "echo"} {
				for _, picked := range [][3]bool{{true, false, false}, {false, true, false}, {false, false, true}, {true, true, true}} {
					p := project(router)
					p.Session, p.APIKey, p.JWT = picked[0], picked[1], picked[2]
					p.OAuth = p.Session
					if p.JWT {
						p.Database = "postgres"
					}
					out, err := Scaffold(name, p)
					if err != nil {
						t.Fatal(err)
					}
					if strings.Contains(string(out), "<no value>") || !strings.HasSuffix(string(out), "\n") {
						t.Errorf("with %s:\n%s", router, out)
					}
				}
			}
		})
	}
}

// The secret reaches the one file that is never committed.
func TestScaffoldSecretStaysInEnv(t *testing.T) {
	entries, err := scaffold.ReadDir("scaffold")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := strings.TrimSuffix(entry.Name(), ".tmpl")
		p := project("net/http")
		out, err := Scaffold(name, p)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Contains(string(out), p.Secret), name == "env"; got != want {
			t.Errorf("%s holds the secret: %v, want %v", name, got, want)
		}
	}
}

func TestScaffoldUnknown(t *testing.T) {
	if _, err := Scaffold("nothing.go", project("chi")); err == nil {
		t.Error("a template that is not there rendered")
	}
}

func project(router string) Project {
	return Project{
		Name:       "app",
		Module:     "example.com/app",
		Dir:        "internal/auth",
		Package:    "auth",
		Import:     "example.com/app/internal/auth",
		Migrations: "migrations",
		Router:     router,
		Database:   "sqlite",
		Session:    true,
		Secret:     "c2VjcmV0IG9mIHRoZSB0ZXN0LCBhbmQgb2Ygbm90aGluZyBlbHNl",
	}
}

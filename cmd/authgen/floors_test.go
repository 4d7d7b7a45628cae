package main

import (
	"go/version"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// TestGEN04_NoDependencyIsBelowItsFloor holds the versions below which a module,
// or Go itself, has a hole that matters here: jwt CVE-2025-30204, go-jose
// CVE-2026-34986, x/oauth2 CVE-2025-22868, net/http's CrossOriginProtection
// CVE-2025-47910. gorilla/csrf has one without a fix.
//
// SECURITY GEN-04.
func TestGEN04_NoDependencyIsBelowItsFloor(t *testing.T) {
	path := filepath.Join("..", "..", "go.mod")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.Parse(path, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	if version.Compare("go"+file.Go.Version, "go1.25.1") < 0 {
		t.Errorf("go %s is below 1.25.1", file.Go.Version)
	}
	floors := map[string]string{
		"github.com/golang-jwt/jwt/v5":  "v5.2.2",
		"github.com/go-jose/go-jose/v4": "v4.1.4",
		"golang.org/x/oauth2":           "v0.27.0",
		"golang.org/x/crypto":           "v0.52.0",
		"github.com/gorilla/csrf":       "v9999.0.0",
		"github.com/jackc/pgx/v5":       "v5.9.2",
		"github.com/golang-jwt/jwt":     "v9999.0.0",
		"github.com/golang-jwt/jwt/v4":  "v9999.0.0",
		"github.com/dgrijalva/jwt-go":   "v9999.0.0",
		"github.com/go-jose/go-jose/v3": "v9999.0.0",
		"gopkg.in/square/go-jose.v2":    "v9999.0.0",
		"github.com/square/go-jose":     "v9999.0.0",
	}
	for _, r := range file.Require {
		if floor := floors[r.Mod.Path]; floor != "" && semver.Compare(r.Mod.Version, floor) < 0 {
			t.Errorf("%s %s is below %s", r.Mod.Path, r.Mod.Version, floor)
		}
	}
}

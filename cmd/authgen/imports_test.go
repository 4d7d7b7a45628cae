package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// The house has one direction: cmd uses generator, generator uses spec and
// templates, and runtime, which applications link, uses nothing of them all.
// Without this rule a change of the generator could reach a running service.
func TestImportRule(t *testing.T) {
	// may lists what the packages below a folder may import of this module; the
	// first row that fits decides.
	rules := []struct {
		below string
		may   []string
	}{
		{"cmd/", []string{"generator", "spec", "templates", "runtime/secret", "runtime/token"}},
		{"generator", []string{"generator", "spec", "templates"}},
		{"spec", []string{"spec"}},
		{"templates", nil},
		{"runtime", []string{"runtime"}},
		{"internal/canary", []string{"runtime/secret/secrettest"}},
		{"internal", nil}, // what tests share
	}

	for _, pkg := range listPackages(t) {
		folder, _ := strings.CutPrefix(pkg.ImportPath, modulePath+"/")
		ruled := false
		for _, rule := range rules {
			if ruled = strings.HasPrefix(folder+"/", strings.TrimSuffix(rule.below, "/")+"/"); !ruled {
				continue
			}
			for _, path := range pkg.Imports {
				to, ours := strings.CutPrefix(path, modulePath+"/")
				if ours && !below(to, rule.may) {
					t.Errorf("%s imports %s; it may import %v", folder, to, rule.may)
				}
			}
			break
		}
		if !ruled {
			t.Errorf("no rule says what %s may import", folder)
		}
	}
}

// The path of a request links nothing but what it needs: no YAML, no code
// model, no command line.
func TestRuntimeLinksNoGenerator(t *testing.T) {
	for _, pkg := range listPackages(t) {
		if !strings.HasPrefix(pkg.ImportPath, modulePath+"/runtime") {
			continue
		}
		for _, banned := range []string{"gopkg.in/yaml", "github.com/dave/jennifer", "github.com/spf13", "golang.org/x/tools", "golang.org/x/mod"} {
			for _, path := range pkg.Deps {
				if strings.HasPrefix(path, banned) {
					t.Errorf("%s links %s", pkg.ImportPath, path)
				}
			}
		}
	}
}

// Who does not ask for metrics does not link what they go to, nor does anybody link what
// only tests need.
func TestOpenTelemetryIsLinkedOnRequest(t *testing.T) {
	for _, pkg := range listPackages(t) {
		for _, path := range pkg.Deps {
			asked := pkg.ImportPath == modulePath+"/runtime/metrics"
			if strings.HasPrefix(path, "go.opentelemetry.io/otel/sdk") || strings.HasPrefix(path, "go.opentelemetry.io/") && !asked {
				t.Errorf("%s links %s", pkg.ImportPath, path)
			}
		}
	}
}

// below reports whether the folder dir is one of roots or lies in one.
func below(dir string, roots []string) bool {
	for _, root := range roots {
		if dir == root || strings.HasPrefix(dir, root+"/") {
			return true
		}
	}
	return false
}

type listedPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

// listPackages is "go list" of this module.
func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}

	var pkgs []listedPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg listedPackage
		if err := d.Decode(&pkg); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, pkg)
	}
}

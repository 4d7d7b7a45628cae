package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"github.com/authgen-go/authgen/spec"
)

// A project needs the Go version that authgen needs, and the same checkout finds
// itself.
func TestGoVersionIsOurs(t *testing.T) {
	data, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if file.Go.Version != goVersion {
		t.Errorf("goVersion is %s, go.mod says %s", goVersion, file.Go.Version)
	}
	if file.Module.Mod.Path != modulePath {
		t.Errorf("modulePath is %s, go.mod says %s", modulePath, file.Module.Mod.Path)
	}

	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	from, err := findOrigin()
	if err != nil || !sameFile(from.checkout, root) {
		t.Errorf("findOrigin: %+v, %v; want the checkout %s", from, err, root)
	}
}

// "go install" of a version refuses a module whose go.mod replaces anything.
func TestGoModReplacesNothing(t *testing.T) {
	data, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Replace)+len(file.Exclude) > 0 {
		t.Errorf("go.mod has replace or exclude directives")
	}
}

func TestNewGoMod(t *testing.T) {
	released := origin{version: "v0.3.0"}
	data, err := newGoMod("example.com/app", released, spec.RouterChi)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"module example.com/app\n",
		"go " + goVersion + "\n",
		"github.com/authgen-go/authgen v0.3.0\n",
		"github.com/go-chi/chi/v5 v",
		"tool github.com/authgen-go/authgen/cmd/authgen\n",
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %q in\n%s", want, data)
		}
	}
	if strings.Contains(string(data), "replace") {
		t.Errorf("a released authgen is replaced:\n%s", data)
	}
}

func TestExtendGoMod(t *testing.T) {
	tests := []struct {
		name   string
		before string
		from   origin
		router spec.Router
		want   []string // lines
		notes  int
	}{
		{
			name:   "all of it",
			before: "module m\n\ngo 1.26.1\n\nrequire example.com/theirs v1.2.3 // why\n",
			from:   origin{version: replacedVersion, checkout: "/src/authgen"},
			want:   []string{"go 1.26.1", "example.com/theirs v1.2.3 // why", "replace github.com/authgen-go/authgen => /src/authgen", "tool github.com/authgen-go/authgen/cmd/authgen"},
		},
		{
			name:   "a newer requirement stays",
			before: "module m\n\ngo 1.26.0\n\nrequire github.com/authgen-go/authgen v0.9.0\n",
			from:   origin{version: "v0.3.0"},
			want:   []string{"github.com/authgen-go/authgen v0.9.0"},
		},
		{
			name:   "an older one is raised",
			before: "module m\n\ngo 1.26.0\n\nrequire github.com/authgen-go/authgen v0.2.0\n",
			from:   origin{version: "v0.3.0"},
			want:   []string{"github.com/authgen-go/authgen v0.3.0"},
		},
		{
			name:   "an older go line and its toolchain",
			before: "module m\n\ngo 1.24.0\n\ntoolchain go1.24.4\n",
			from:   origin{version: "v0.3.0"},
			want:   []string{"go 1.26.0"},
			notes:  1,
		},
		{
			name:   "a router that is yet to be required",
			before: "module m\n\ngo 1.26.0\n",
			from:   origin{version: "v0.3.0"},
			router: spec.RouterChi,
			want:   []string{"github.com/go-chi/chi/v5 v5.5.0"},
		},
		{
			name:   "a router in the version that is there",
			before: "module m\n\ngo 1.26.0\n\nrequire github.com/go-chi/chi/v5 v5.1.0\n",
			from:   origin{version: "v0.3.0"},
			router: spec.RouterChi,
			want:   []string{"github.com/go-chi/chi/v5 v5.1.0"},
		},
		{
			name:   "no go line",
			before: "module m\n",
			from:   origin{version: "v0.3.0"},
			want:   []string{"go 1.26.0"},
			notes:  1,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file, err := modfile.Parse("go.mod", []byte(test.before), nil)
			if err != nil {
				t.Fatal(err)
			}
			data, notes, err := extendGoMod(&module{file: file}, test.from, test.router)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range test.want {
				if !strings.Contains(string(data), line+"\n") {
					t.Errorf("no line %q in\n%s", line, data)
				}
			}
			if len(notes) != test.notes {
				t.Errorf("notes: %q", notes)
			}
			if strings.Contains(string(data), "toolchain") {
				t.Errorf("a toolchain older than the go line stays:\n%s", data)
			}
		})
	}
}

func TestModuleName(t *testing.T) {
	for dir, want := range map[string]string{
		"/home/ann/shop":     "shop",
		"/home/ann/My Shop":  "my-shop",
		"/home/ann/.hidden":  "hidden",
		"/home/ann/éclair":   "clair",
		"/home/ann/v2_final": "v2_final",
	} {
		if got := moduleName(dir); got != want {
			t.Errorf("moduleName(%q) = %q, want %q", dir, got, want)
		}
	}
}

func TestCheckModulePath(t *testing.T) {
	for name, good := range map[string]bool{
		"app": true, "example.com/app": true, "test": true,
		"": false, "fmt": false, "net/mine": false, "cmd": false, "std": false, "all": false,
		"a b": false, "../up": false, "/abs": false, "shop//x": false,
	} {
		if err := checkModulePath(context.Background(), name); (err == nil) != good {
			t.Errorf("checkModulePath(%q): %v, want good: %v", name, err, good)
		}
	}
}

package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

const (
	// modulePath is what projects require, and toolPath what they run.
	modulePath = "github.com/authgen-go/authgen"
	toolPath   = modulePath + "/cmd/authgen"
	// develVersion is the version of a build that has none.
	develVersion = "(devel)"
	// replacedVersion is what a go.mod requires of a module that it replaces.
	replacedVersion = "v0.0.0-00010101000000-000000000000"
)

// An origin is where a project gets the authgen from that made it.
type origin struct {
	version  string // for the require line
	checkout string // absolute folder of the replace line, or ""
}

// findOrigin says where this authgen comes from: the checkout it was built in,
// as long as that is still there, else the released version that it is.
//
// The version alone does not tell: a build inside a checkout carries a version
// made up from its commit, which nobody can download.
func findOrigin() (origin, error) {
	info, _ := debug.ReadBuildInfo()
	return originOf(checkout(), moduleVersion(info))
}

// originOf is findOrigin for a checkout, "" for none, and a version.
func originOf(checkout, version string) (origin, error) {
	if checkout != "" {
		return origin{version: replacedVersion, checkout: checkout}, nil
	}
	if !semver.IsValid(version) || semver.Build(version) != "" {
		return origin{}, hinted(
			errors.New("this authgen is no release and its sources are gone, so no project can require it"),
			"go install %s@latest", toolPath)
	}
	return origin{version: version}, nil
}

// toolVersion is the version that authgen.lock names. Of a checkout it is none:
// a version made up from a commit would change the lock with every commit.
func toolVersion() string {
	if checkout() != "" {
		return develVersion
	}
	info, _ := debug.ReadBuildInfo()
	return moduleVersion(info)
}

// checkout is the folder of the module's sources that this program was compiled
// from, or "" when they are not there, or are a copy in the module cache.
func checkout() string {
	_, file, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(file) { // -trimpath leaves an import path
		return ""
	}
	root := filepath.Dir(filepath.Dir(filepath.Dir(file)))
	if strings.Contains(filepath.Base(root), "@") { // the module cache names folders module@version
		return ""
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil || modfile.ModulePath(mod) != modulePath {
		return ""
	}
	return root
}

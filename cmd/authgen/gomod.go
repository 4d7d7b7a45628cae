package main

import (
	"context"
	"fmt"
	"go/version"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	modpath "golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/authgen-go/authgen/spec"
)

// goVersion is the go line that a module needs which requires authgen: authgen's
// own. A test compares the two.
const goVersion = "1.26.0"

// dotenvVersion is what the scaffold reads .env with; routerModules are the
// modules of the routers. Whatever else a project needs has the version that
// authgen itself requires.
var (
	dotenvVersion = modpath.Version{Path: "github.com/joho/godotenv", Version: "v1.5.1"}
	routerModules = map[spec.Router]modpath.Version{
		spec.RouterChi:  {Path: "github.com/go-chi/chi/v5", Version: "v5.5.0"},
		spec.RouterGin:  {Path: "github.com/gin-gonic/gin", Version: "v1.12.0"},
		spec.RouterEcho: {Path: "github.com/labstack/echo/v4", Version: "v4.16.0"},
	}
)

// newGoMod is the go.mod of a new project.
func newGoMod(path string, from origin, router spec.Router) ([]byte, error) {
	file := new(modfile.File)
	if err := file.AddModuleStmt(path); err != nil {
		return nil, err
	}
	if err := file.AddGoStmt(goVersion); err != nil {
		return nil, err
	}
	if err := file.AddRequire(dotenvVersion.Path, dotenvVersion.Version); err != nil {
		return nil, err
	}
	if err := requireAuthgen(file, from, router); err != nil {
		return nil, err
	}
	file.Cleanup()
	return file.Format()
}

// extendGoMod adds to the go.mod of m what authgen needs; nothing that stands
// there is removed. The notes say what changes beyond lines of authgen's own.
func extendGoMod(m *module, from origin, router spec.Router) (data []byte, notes []string, err error) {
	file := m.file
	if have := goLine(file); version.Compare("go"+have, "go"+goVersion) < 0 {
		notes = append(notes, raiseNote(have))
		if err := file.AddGoStmt(goVersion); err != nil {
			return nil, nil, err
		}
		if t := file.Toolchain; t != nil && version.Compare(t.Name, "go"+goVersion) < 0 {
			file.DropToolchainStmt() // older than the go line it would have no meaning
		}
	}
	if err := requireAuthgen(file, from, router); err != nil {
		return nil, nil, err
	}
	file.Cleanup()
	data, err = file.Format()
	return data, notes, err
}

// goLine is the Go version that a go.mod asks for. Without one it is 1.16, by
// the rule of the go command.
func goLine(file *modfile.File) string {
	if file.Go == nil {
		return "1.16"
	}
	return file.Go.Version
}

// raiseNote says what a raised go line means for code that is already there.
func raiseNote(have string) string {
	note := fmt.Sprintf("go.mod: raised the go line from %s to %s, which authgen needs", have, goVersion)
	if version.Compare("go"+have, "go1.22") < 0 {
		note += "; since 1.22 each turn of a for loop has its own variable"
	}
	return note
}

// requireAuthgen adds the module, the tool, the checkout they come from, and the
// router that generated code is for. A newer version that is required stays.
func requireAuthgen(file *modfile.File, from origin, router spec.Router) error {
	if semver.Compare(requiredVersion(file, modulePath), from.version) < 0 {
		if err := file.AddRequire(modulePath, from.version); err != nil {
			return err
		}
	}
	if m, ok := routerModules[router]; ok && requiredVersion(file, m.Path) == "" {
		if err := file.AddRequire(m.Path, m.Version); err != nil {
			return err
		}
	}
	if from.checkout != "" {
		if err := file.AddReplace(modulePath, "", from.checkout, ""); err != nil {
			return err
		}
	}
	return file.AddTool(toolPath)
}

// requiredVersion is the version of a module that file requires, "" for none.
func requiredVersion(file *modfile.File, path string) string {
	for _, r := range file.Require {
		if r.Mod.Path == path {
			return r.Mod.Version
		}
	}
	return ""
}

// moduleName is a module path made of the name of the folder dir, in the letters
// that a module path may have.
func moduleName(dir string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '-', r == '_', r == '.':
			return r
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		default:
			return '-'
		}
	}, filepath.Base(dir))
	return strings.Trim(name, "-.")
}

// checkModulePath refuses module paths that the go command would not build.
func checkModulePath(ctx context.Context, name string) error {
	taken, err := standardName(ctx, name)
	if err != nil {
		return err
	}
	if taken || modpath.CheckImportPath(name) != nil {
		return hinted(fmt.Errorf("%q cannot be the path of a module", name), "choose another, as in --module example.com/app")
	}
	return nil
}

// standardName reports whether name begins with what means something else to
// the go command: a package of the standard library, or all of them.
func standardName(ctx context.Context, name string) (bool, error) {
	first, _, _ := strings.Cut(name, "/")
	if first == "std" || first == "all" || first == "tool" || first == "work" {
		return true, nil
	}
	tool := goTool{}
	goroot, err := tool.output(ctx, "env", "GOROOT")
	if err != nil {
		return false, err
	}
	return exists(filepath.Join(goroot, "src", first)), nil
}

package output

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"path"
	"strings"
)

// checkPackage refuses a folder with hand-written Go files of another package than
// the one that is to be generated there: neither would build. Files that the go
// command leaves out, tests from outside the package, and what authgen wrote under
// an earlier name are fine.
func (d disk) checkPackage(dir string, p Plan) error {
	want := p.packageIn(dir)
	if want == "" {
		return nil
	}
	entries, err := d.list(dir)
	if err != nil {
		return fmt.Errorf("read %s: %w", dir, err)
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if path.Ext(name) != ".go" || strings.HasPrefix(e.Name(), "_") || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		have, err := d.read(name)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		if !have.regular || carriesHeader(name, have.bytes) {
			continue
		}
		if found := packageOf(have.bytes); found != "" && found != want && !(found == want+"_test" && isTest(name)) {
			return &Error{
				Msg:   fmt.Sprintf("%s holds the package %s, and %s would be generated into it", dir, found, want),
				Hint:  "choose a folder of its own for the generated package, or move these files",
				Files: []string{name},
			}
		}
	}
	return nil
}

// packageIn returns the name of the package the plan has for a folder.
func (p Plan) packageIn(dir string) string {
	for _, f := range p.Files {
		if path.Dir(f.Path) == dir && path.Ext(f.Path) == ".go" && !isTest(f.Path) {
			return packageOf(f.Content)
		}
	}
	return ""
}

// packageOf returns the name in a file's package clause, or "" for a file that has
// none or that builds ignore.
func packageOf(src []byte) string {
	file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil || file.Name == nil || ignored(file) {
		return ""
	}
	return file.Name.Name
}

// ignored reports whether a build constraint leaves the file out whatever the
// system, as `//go:build ignore` does.
func ignored(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, line := range group.List {
			expr, err := constraint.Parse(line.Text)
			if err == nil && line.Pos() < file.Package && !expr.Eval(func(tag string) bool { return tag != "ignore" }) {
				return true
			}
		}
	}
	return false
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

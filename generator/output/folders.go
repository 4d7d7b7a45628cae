package output

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/authgen-go/authgen/generator"
)

// folders returns the folders the plan writes into, sorted, and which of them hold
// a package or migrations.
func (p Plan) folders() (all []string, code map[string]bool) {
	seen := map[string]bool{}
	code = map[string]bool{}
	for _, f := range p.Files {
		dir := path.Dir(f.Path)
		seen[dir] = true
		if path.Ext(f.Path) == ".go" || f.Owner == generator.Migration {
			code[dir] = true
		}
	}
	if p.Migrations != "" {
		seen[p.Migrations], code[p.Migrations] = true, true
	}
	return slices.Sorted(maps.Keys(seen)), code
}

// checkFolders refuses folders in which generated files would do harm or be of no
// use, before anything is written.
func (d disk) checkFolders(p Plan) error {
	all, code := p.folders()
	for _, dir := range all {
		if err := checkName(dir, code[dir]); err != nil {
			return err
		}
		if err := d.reachable(dir); err != nil {
			return err
		}
		if !code[dir] {
			continue
		}
		if err := d.checkModule(dir); err != nil {
			return err
		}
		if err := d.checkPackage(dir, p); err != nil {
			return err
		}
	}
	return nil
}

// checkName judges a folder by its name alone.
func checkName(dir string, code bool) error {
	if dir == "." {
		if !code {
			return nil
		}
		return &Error{
			Msg:  "the project's own folder is no place for a generated package",
			Hint: "give it a folder of its own, such as internal/auth",
		}
	}
	for element := range strings.SplitSeq(dir, "/") {
		if element == ".git" || code && ignoredByGo(element) {
			return &Error{
				Msg:   fmt.Sprintf("Go does not build what is below a folder named %s", element),
				Hint:  "choose another folder, such as internal/auth or migrations",
				Files: []string{dir},
			}
		}
	}
	return nil
}

func ignoredByGo(element string) bool {
	return element == "vendor" || element == "testdata" || strings.HasPrefix(element, ".") || strings.HasPrefix(element, "_")
}

// reachable refuses a folder that is no folder, or lies behind a link that leads
// out of the project or nowhere. It need not exist.
func (d disk) reachable(dir string) error {
	for _, prefix := range prefixes(dir) {
		info, err := d.root.Lstat(prefix)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("look at %s: %w", prefix, err)
		}
		link := info.Mode()&fs.ModeSymlink != 0
		info, err = d.root.Stat(prefix)
		if err != nil && link {
			return &Error{
				Msg:   "a symbolic link that leads out of the project or nowhere",
				Hint:  "authgen writes below the folder of authgen.yaml only; replace the link by a folder",
				Files: []string{prefix},
			}
		}
		if err != nil {
			return fmt.Errorf("look at %s: %w", prefix, err)
		}
		if !info.IsDir() {
			return &Error{
				Msg:   fmt.Sprintf("a file is where the folder %s should be", dir),
				Hint:  "move it away or choose another folder",
				Files: []string{prefix},
			}
		}
	}
	return nil
}

// checkModule refuses the folders of other modules: what is written there belongs
// to another build.
func (d disk) checkModule(dir string) error {
	for _, prefix := range prefixes(dir) {
		have, err := d.read(path.Join(prefix, "go.mod"))
		if err != nil {
			return fmt.Errorf("look for modules: %w", err)
		}
		if have.there {
			return &Error{
				Msg:   fmt.Sprintf("%s is in another module", dir),
				Hint:  "choose a folder of this module, or move authgen.yaml beside that go.mod",
				Files: []string{path.Join(prefix, "go.mod")},
			}
		}
	}
	return nil
}

// prefixes returns a, a/b and a/b/c for a/b/c, and nothing for the root.
func prefixes(dir string) []string {
	if dir == "." {
		return nil
	}
	var out []string
	for i, r := range dir {
		if r == '/' {
			out = append(out, dir[:i])
		}
	}
	return append(out, dir)
}

package lock

import (
	"io/fs"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	hash     = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	versions = regexp.MustCompile(`^[0-9]+$`)
)

// files reads the manifest. Its paths are deleted one day, so they must not lead
// anywhere else.
func (p *parser) files(n *yaml.Node) error {
	return p.mapping(n, "files", func(path string, at, value *yaml.Node) error {
		if !fs.ValidPath(path) || path == "." || strings.Contains(path, `\`) {
			return p.errorf(at, "%q is no path below the project", path)
		}
		var sum string
		if err := p.text(value, "hash", &sum); err != nil {
			return err
		}
		if sum != Merged && !hash.MatchString(sum) {
			return p.errorf(value, "%q is no hash", sum)
		}
		if known, ok := p.lock.Files[path]; ok && known != sum {
			sum = Merged
		}
		p.lock.Files[path] = sum
		return nil
	})
}

func (p *parser) migration(n *yaml.Node) error {
	values, err := p.record(n, "migration", []string{"version", "name", "file", "sha256"}, nil)
	if err != nil {
		return err
	}
	m := Migration{Version: values["version"], Name: values["name"], File: values["file"], SHA256: values["sha256"]}
	if !versions.MatchString(m.Version) {
		return p.errorf(n, "the version of a migration is a number, not %q", m.Version)
	}
	if !hash.MatchString(m.SHA256) {
		return p.errorf(n, "%q is no hash", m.SHA256)
	}
	if !fs.ValidPath(m.File) || m.File == "." || strings.ContainsAny(m.File, `/\`) {
		return p.errorf(n, "%q is no file name", m.File)
	}
	for _, known := range p.lock.Migrations {
		if known == m {
			return nil
		}
		if known.File == m.File {
			return p.errorf(n, "migration %s is recorded twice, differently; keep the line of the file that is there", m.File)
		}
	}
	p.lock.Migrations = append(p.lock.Migrations, m)
	return nil
}

package lock

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/authgen-go/authgen/generator/internal/fault"
)

// largest is more than ten thousand generated files need.
const largest = 4 << 20

// Parse reads authgen.lock; name stands in messages. Lines that are repeated
// exactly are fine, and differing hashes of one generated file become [Merged]:
// both are what a merge leaves. Everything else that Marshal does not write is a
// *fault.Error with its position.
func Parse(name string, src []byte) (*Lock, error) {
	if len(src) > largest {
		return nil, &fault.Error{Msg: fmt.Sprintf("%s is larger than %d bytes", name, largest), Hint: restore(name)}
	}
	if err := conflict(name, src); err != nil {
		return nil, err
	}
	root, err := document(name, src)
	if err != nil {
		return nil, err
	}
	p := parser{name: name, lock: New(), tables: newTables()}
	if err := p.document(root); err != nil {
		return nil, err
	}
	return p.finish()
}

// document returns the root of the only document; an empty file is an error, since
// a lock that lost its content must not look like a project that never had one.
func document(name string, src []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var doc, second yaml.Node
	if err := dec.Decode(&doc); err != nil {
		why := strings.TrimPrefix(err.Error(), "yaml: ")
		if errors.Is(err, io.EOF) {
			why = "the file is empty"
		}
		return nil, &fault.Error{Msg: fmt.Sprintf("%s: %s", name, why), Hint: restore(name)}
	}
	if err := dec.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, &fault.Error{Msg: name + ": more than one document", Hint: restore(name)}
	}
	return doc.Content[0], nil
}

// conflict finds the marks git leaves in a file it could not merge.
func conflict(name string, src []byte) error {
	for i, line := range bytes.Split(src, []byte("\n")) {
		if !bytes.HasPrefix(line, []byte("<<<<<<<")) && !bytes.HasPrefix(line, []byte(">>>>>>>")) {
			continue
		}
		return &fault.Error{
			Msg: fmt.Sprintf("%s:%d:1: two branches met here and git could not merge them", name, i+1),
			Hint: "keep both sides: delete the lines of marks alone (<<<<<<<, =======, >>>>>>>), then run `authgen generate`; " +
				"`authgen.lock merge=union` in .gitattributes does so by itself",
		}
	}
	return nil
}

func restore(name string) string {
	return "authgen writes this file itself; restore it with `git checkout -- " + name + "`"
}

type parser struct {
	name   string
	lock   *Lock
	tables *tables
}

func (p *parser) errorf(n *yaml.Node, format string, args ...any) error {
	return &fault.Error{
		Msg:  fmt.Sprintf("%s:%d:%d: %s", p.name, n.Line, n.Column, fmt.Sprintf(format, args...)),
		Hint: restore(p.name),
	}
}

func (p *parser) document(root *yaml.Node) error {
	if err := p.version(root); err != nil {
		return err
	}
	return p.mapping(root, "authgen.lock", func(key string, at, value *yaml.Node) error {
		switch key {
		case "version":
			return nil
		case "tool":
			return p.text(value, key, &p.lock.Tool)
		case "files":
			return p.files(value)
		case "format":
			return p.format(value)
		case "migrations":
			return p.each(value, key, p.migration)
		case "schema":
			return p.schema(value)
		default:
			return p.errorf(at, "unknown key %q", key)
		}
	})
}

func (p *parser) format(n *yaml.Node) error {
	var name string
	if err := p.text(n, "format", &name); err != nil {
		return err
	}
	if p.lock.Format != "" && p.lock.Format != name {
		return p.errorf(n, "the migrations are both for %s and %s", p.lock.Format, name)
	}
	p.lock.Format = name
	return nil
}

// version looks at the version before anything else: the rest of a file that is
// newer than this reader may mean anything.
func (p *parser) version(root *yaml.Node) error {
	found := false
	err := p.mapping(root, "authgen.lock", func(key string, _, value *yaml.Node) error {
		if key != "version" {
			return nil
		}
		found = true
		if value.Kind == yaml.ScalarNode && value.Value == fmt.Sprint(CurrentVersion) {
			return nil
		}
		return &fault.Error{
			Msg:  fmt.Sprintf("%s:%d:%d: version %q, and this authgen reads version %d", p.name, value.Line, value.Column, value.Value, CurrentVersion),
			Hint: "another authgen wrote the file; use that version or a newer one",
		}
	})
	if err == nil && !found {
		return p.errorf(root, "the version is missing")
	}
	return err
}

func (p *parser) finish() (*Lock, error) {
	schema, err := p.tables.schema(p)
	if err != nil {
		return nil, err
	}
	p.lock.Schema = schema
	p.lock.Migrations = sortedMigrations(p.lock.Migrations)
	if p.lock.Format == "" && len(p.lock.Migrations) > 0 {
		p.lock.Format = firstFormat
	}
	if err := schema.Validate(); err != nil {
		return nil, &fault.Error{Msg: p.name + ": schema: " + strings.ReplaceAll(err.Error(), "\n", "; "), Hint: restore(p.name)}
	}
	return p.lock, nil
}

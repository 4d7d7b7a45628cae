package page

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
)

// Pages renders an application's pages and takes their forms. It is immutable and
// safe for concurrent use.
type Pages struct {
	cfg       Config
	templates map[Name]*template.Template
	style     []byte
	styleHash string
}

// New reads the templates and tries every page once, so that a mistake in one stops
// the start and not a visitor. The error names the file.
func New(cfg Config) (*Pages, error) {
	if err := cfg.complete(); err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	p := &Pages{cfg: cfg, templates: make(map[Name]*template.Template)}
	var err error
	if p.style, err = fs.ReadFile(cfg.Templates, "style.css"); err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	sum := sha256.Sum256(p.style)
	p.styleHash = hex.EncodeToString(sum[:8])

	var problems []error
	for _, name := range cfg.names() {
		if p.templates[name], err = p.parse(name); err == nil {
			err = p.try(name)
		}
		problems = append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	return p, nil
}

// parse reads a page together with the layout that it fills in.
func (p *Pages) parse(name Name) (*template.Template, error) {
	return template.New("layout.html").Option("missingkey=error").Funcs(functions(p.cfg.Now)).
		ParseFS(p.cfg.Templates, "layout.html", string(name)+".html")
}

// try renders a page as it looks at its emptiest and at its fullest.
func (p *Pages) try(name Name) error {
	for _, v := range p.samples(name) {
		if _, err := p.execute(v); err != nil {
			return err
		}
	}
	return nil
}

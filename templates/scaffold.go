package templates

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"strings"
	"text/template"
)

//go:embed scaffold/*.tmpl
var scaffold embed.FS

// A Project is what the files of a new project depend on.
type Project struct {
	Name       string // what the program calls itself
	Module     string // its module path
	Dir        string // folder of the generated package, such as "internal/auth"
	Package    string // the generated package's name: the last element of Dir
	Import     string // the generated package's import path
	Migrations string // folder of the migrations
	Router     string // as http.router of the spec writes it
	Database   string // as database of the spec writes it
	Secret     string // base64 of AUTH_SECRET; reaches .env alone
	Session    bool   // whether the strategy session is picked
	APIKey     bool   // whether the strategy api_key is picked
	JWT        bool   // whether the strategy jwt is picked
	OAuth      bool   // whether the strategy oauth is picked
	Pages      bool   // whether sessions come with HTML pages
}

// DatabaseURL is DATABASE_URL of a machine on which the project is worked on.
func (p Project) DatabaseURL() string {
	switch p.Database {
	case "postgres":
		return "postgres://app:app@127.0.0.1:5432/app?sslmode=disable"
	case "mysql":
		return "mysql://app:app@127.0.0.1:3306/app"
	default:
		return "sqlite:app.db"
	}
}

// Scaffold renders the template called name, such as "main.go", for p. What it
// returns is formatted when name ends in ".go". An error is a defect of the
// template or a Project whose names are no Go identifiers.
func Scaffold(name string, p Project) ([]byte, error) {
	text, err := scaffold.ReadFile("scaffold/" + name + ".tmpl")
	if err != nil {
		return nil, fmt.Errorf("scaffold %s: %w", name, err)
	}

	t, err := template.New(name).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("scaffold %s: %w", name, err)
	}

	var out bytes.Buffer
	if err := t.Execute(&out, p); err != nil {
		return nil, fmt.Errorf("scaffold %s: %w", name, err)
	}

	if !strings.HasSuffix(name, ".go") {
		return out.Bytes(), nil
	}
	formatted, err := format.Source(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("scaffold %s: %w", name, err)
	}
	return formatted, nil
}

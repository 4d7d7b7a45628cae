package templates

import (
	"bytes"
	"embed"
	"fmt"
	"text/template"
)

//go:embed gotext/*.tmpl
var goText embed.FS

// GoText renders the Go of fixed shape called name, such as "users_test.go",
// with the holes that data fills. It is not formatted. An error is a defect of
// the template or of data.
func GoText[T any](name string, data T) ([]byte, error) {
	text, err := goText.ReadFile("gotext/" + name + ".tmpl")
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}

	t, err := template.New(name).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}

	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return out.Bytes(), nil
}

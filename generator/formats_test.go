package generator_test

import (
	"errors"
	"path"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/generator"
	"github.com/authgen-go/authgen/generator/output"
	"github.com/authgen-go/authgen/spec"
)

// request is a run after earlier, whose files are there.
func request(t *testing.T, text string, earlier *generator.Result) generator.Request {
	t.Helper()
	s, err := spec.Parse("authgen.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r := generator.Request{Spec: s, Source: "authgen.yaml", Module: module, Now: now}
	if earlier == nil {
		return r
	}
	r.Lock = earlier.Lock
	for _, f := range earlier.Files {
		if path.Dir(f.Path) == "migrations" && path.Ext(f.Path) == ".sql" {
			r.Migrations = append(r.Migrations, generator.Existing{Name: path.Base(f.Path), Content: f.Content})
		}
	}
	return r
}

func inFormat(format, strategies string) string {
	return "version: 1\noutput: {migration_format: " + format + "}\nstrategies: " + strategies + "\n"
}

var formats = []string{"goose", "golang-migrate", "dbmate", "atlas", "plain"}

// TestFormatsAppend holds that a second change adds files to those that are there, in
// every format, and that an index lists both.
func TestFormatsAppend(t *testing.T) {
	for _, format := range formats {
		t.Run(format, func(t *testing.T) {
			one := generate(t, inFormat(format, "{session: {}}"))
			two, err := generator.Generate(request(t, inFormat(format, "{session: {}, api_key: {}}"), one))
			if err != nil {
				t.Fatal(err)
			}
			added := 0
			for _, f := range two.Files {
				switch f.Owner {
				case generator.Migration:
					added++
					if strings.Contains(string(f.Content), "auth_sessions (") {
						t.Errorf("%s makes what is there", f.Path)
					}
				case generator.Index:
					if lines := strings.Count(string(f.Content), "\n"); lines != 3 || !strings.HasSuffix(string(f.Replaces), strings.SplitAfter(string(f.Content), "\n")[1]) {
						t.Errorf("the index is\n%s\nafter\n%s", f.Content, f.Replaces)
					}
				}
			}
			files := map[bool]int{true: 2, false: 1}[format == "golang-migrate" || format == "plain"]
			if added != files || len(two.Lock.Migrations) != 2*files || two.Lock.Format != format {
				t.Errorf("%d files added, and the lock has %d in the format %s", added, len(two.Lock.Migrations), two.Lock.Format)
			}
			third, err := generator.Generate(request(t, inFormat(format, "{session: {}, api_key: {}}"), two))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range third.Files {
				if f.Owner == generator.Migration {
					t.Errorf("%s is new without a change", f.Path)
				}
			}
		})
	}
}

// TestFormatStays holds that migrations are not continued in another format, whose tool
// could not tell which of them a database has.
func TestFormatStays(t *testing.T) {
	for _, before := range formats {
		one := generate(t, inFormat(before, "{session: {}}"))
		for _, after := range formats {
			_, err := generator.Generate(request(t, inFormat(after, "{session: {}}"), one))
			var refused *output.Error
			switch {
			case before == after && err != nil:
				t.Errorf("%s: %v", before, err)
			case before == after:
			case !errors.As(err, &refused) || !strings.Contains(refused.Msg, before) || !strings.Contains(refused.Hint, "migration_format back to "+before):
				t.Errorf("%s to %s: %v", before, after, err)
			}
		}
	}
}

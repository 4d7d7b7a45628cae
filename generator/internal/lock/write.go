package lock

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/authgen-go/authgen/generator/internal/migrate"
)

// firstFormat is that of a lock that says none but has migrations: there was a time
// when it was the only one.
const firstFormat = "goose"

const header = "# written by authgen; commit it, do not edit it\n"

// Marshal returns the bytes of authgen.lock. Equal locks give equal bytes.
func (l *Lock) Marshal() []byte {
	var b bytes.Buffer
	b.WriteString(header)
	fmt.Fprintf(&b, "version: %d\n", l.Version)
	if l.Tool != "" {
		fmt.Fprintf(&b, "tool: %s\n", scalar(l.Tool))
	}
	b.WriteString("files:\n")
	for _, path := range slices.Sorted(maps.Keys(l.Files)) {
		fmt.Fprintf(&b, "  %s: %s\n", scalar(path), l.Files[path])
	}
	if l.Format != "" && l.Format != firstFormat {
		fmt.Fprintf(&b, "format: %s\n", scalar(l.Format))
	}
	b.WriteString("migrations:\n")
	for _, m := range sortedMigrations(l.Migrations) {
		writeLine(&b, "  ", field{"version", m.Version}, field{"name", m.Name}, field{"file", m.File}, field{"sha256", m.SHA256})
	}
	writeSchema(&b, l.Schema.Canonical())
	return b.Bytes()
}

func writeSchema(b *bytes.Buffer, s migrate.Schema) {
	b.WriteString("schema:\n")
	if s.Dialect != "" {
		fmt.Fprintf(b, "  dialect: %s\n", scalar(s.Dialect))
	}
	b.WriteString("  tables:\n")
	for _, t := range s.Tables {
		writeLine(b, "    ", field{"name", t.Name}, flag("existing", t.Existing), flag("retained", t.Retained))
	}
	b.WriteString("  columns:\n")
	for _, t := range s.Tables {
		for _, c := range t.Columns {
			writeLine(b, "    ", columnFields(t.Name, c)...)
		}
	}
	b.WriteString("  indexes:\n")
	for _, t := range s.Tables {
		for _, x := range t.Indexes {
			writeLine(b, "    ", field{"table", t.Name}, field{"name", x.Name},
				field{"columns", strings.Join(x.Columns, " ")}, flag("unique", x.Unique))
		}
	}
}

func columnFields(table string, c migrate.Column) []field {
	fields := []field{
		{"table", table}, {"name", c.Name}, {"type", string(c.Type)},
		flag("null", c.Null), {"default", c.Default},
		flag("primary_key", c.PrimaryKey), flag("auto_increment", c.AutoIncrement), flag("unique", c.Unique),
	}
	if ref := c.References; ref != nil {
		fields = append(fields, field{"references", ref.Table + "." + ref.Column}, field{"on_delete", string(ref.OnDelete)}, flag("loose", ref.Loose))
	}
	return append(fields, flag("existing", c.Existing), flag("retained", c.Retained))
}

// A field is a key and its value; an empty value is not written.
type field struct{ key, value string }

func flag(key string, set bool) field {
	if !set {
		return field{}
	}
	return field{key, "true"}
}

func writeLine(b *bytes.Buffer, indent string, fields ...field) {
	var parts []string
	for _, f := range fields {
		if f.value != "" {
			parts = append(parts, f.key+": "+scalar(f.value))
		}
	}
	fmt.Fprintf(b, "%s- {%s}\n", indent, strings.Join(parts, ", "))
}

// plain is what YAML reads as itself wherever a scalar may stand. Words such as
// true are plain too: the reader knows which text it expects and asks for no type.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./][A-Za-z0-9_./ -]*[A-Za-z0-9_./-]$|^[A-Za-z0-9_]$|^sha256:[0-9a-f]{64}$`)

// scalar writes a text as a YAML scalar. Go's escapes are escapes of YAML too.
func scalar(text string) string {
	if plain.MatchString(text) {
		return text
	}
	return strconv.QuoteToASCII(text)
}

// sortedMigrations orders by version as a number, then by file.
func sortedMigrations(list []Migration) []Migration {
	return slices.SortedFunc(slices.Values(list), func(a, b Migration) int {
		x, y := strings.TrimLeft(a.Version, "0"), strings.TrimLeft(b.Version, "0")
		return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y), cmp.Compare(a.File, b.File))
	})
}

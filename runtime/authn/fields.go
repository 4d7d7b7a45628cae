package authn

import (
	"fmt"
	"reflect"
	"strings"
)

// A field is a member of a body on its way into a struct field.
type field struct {
	name     string
	value    reflect.Value
	optional bool
	seen     bool
}

type fields []field

// fieldsOf lists the exported fields of a struct under the names of their json
// tags.
func fieldsOf(v reflect.Value) fields {
	t := v.Type()
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("authn: a body is decoded into a struct, not %v", t))
	}
	list := make(fields, 0, t.NumField())
	for i := range t.NumField() {
		sf := t.Field(i)
		name, options, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if !sf.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = sf.Name
		}
		list = append(list, field{
			name:     name,
			value:    v.Field(i),
			optional: hasOption(options, "omitempty") || hasOption(options, "omitzero"),
		})
	}
	return list
}

func hasOption(options, want string) bool {
	for option := range strings.SplitSeq(options, ",") {
		if option == want {
			return true
		}
	}
	return false
}

// take returns the field of that exact name, once.
func (l fields) take(name string) (*field, error) {
	for i := range l {
		f := &l[i]
		if f.name != name {
			continue
		}
		if f.seen {
			return nil, invalid("The member %q occurs more than once.", f.name)
		}
		f.seen = true
		return f, nil
	}
	if !isPlainName(name) {
		return nil, invalid("The body has an unknown member.")
	}
	return nil, invalid("The member %q is unknown.", name)
}

// complete reports the first required field that was not taken.
func (l fields) complete() error {
	for _, f := range l {
		if !f.seen && !f.optional {
			return invalid("The member %q is missing.", f.name)
		}
	}
	return nil
}

// isPlainName reports whether a name we do not know may be repeated in an answer.
func isPlainName(s string) bool {
	if s == "" || len(s) > 40 {
		return false
	}
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && s[i] != '_' {
			return false
		}
	}
	return true
}

// setString stores s in a field of kind string or pointer to string, and reports
// whether the field is one.
func (f *field) setString(s string) bool {
	switch {
	case f.value.Kind() == reflect.String:
		f.value.SetString(s)
	case f.value.Kind() == reflect.Pointer && f.value.Type().Elem().Kind() == reflect.String:
		p := reflect.New(f.value.Type().Elem())
		p.Elem().SetString(s)
		f.value.Set(p)
	default:
		return false
	}
	return true
}

// unsupported is a mistake in the program: the type of a body is fixed when it is
// compiled.
func (f *field) unsupported() string {
	return fmt.Sprintf("authn: member %q has type %v; string, *string, bool, int64 and []string are supported", f.name, f.value.Type())
}

func invalid(format string, args ...any) error {
	return ErrInvalidRequest.WithDetail(fmt.Sprintf(format, args...))
}

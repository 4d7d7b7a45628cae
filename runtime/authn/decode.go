package authn

import (
	"fmt"
	"net/http"
	"reflect"
	"strconv"
)

// Decode reads the body of r, a JSON object, into a T, which must be a struct
// whose exported fields are of the kinds string, *string, bool, int64 and
// []string. The names of members are those of the json tags. A field is optional
// if its tag has omitempty or omitzero; null leaves an optional field as it is.
//
// It is strict (SECURITY WEB-11): a body over [MaxBody] is ErrTooLarge; one that is
// not application/json in UTF-8 without an encoding is ErrUnsupportedMediaType; and
// ErrInvalidRequest is one that is absent or malformed, has members that are
// unknown, repeated, missing, null, or of the wrong type, or that match a name but
// for case. The detail names the member.
func Decode[T any](w http.ResponseWriter, r *http.Request) (T, error) {
	var into, none T
	body, err := readBody(w, r, "application/json")
	if err != nil {
		return none, err
	}
	if len(body) == 0 {
		return none, invalid("The body is missing.")
	}
	if err := decodeObject(body, fieldsOf(reflect.ValueOf(&into).Elem())); err != nil {
		return none, err
	}
	return into, nil
}

func decodeObject(body []byte, list fields) error {
	s := &scanner{rest: body}
	if !s.take('{') {
		return invalid("The body must be a JSON object.")
	}
	for more := !s.take('}'); more; {
		name, ok := s.str()
		if !ok || !s.take(':') {
			return errNotJSON()
		}
		f, err := list.take(name)
		if err != nil {
			return err
		}
		if err := decodeMember(s, f); err != nil {
			return err
		}
		if more = s.take(','); !more && !s.take('}') {
			return errNotJSON()
		}
	}
	if !s.done() {
		return invalid("The body goes on after its JSON object.")
	}
	return list.complete()
}

func decodeMember(s *scanner, f *field) error {
	if s.literal("null") {
		if !f.optional {
			return invalid("The member %q must not be null.", f.name)
		}
		return nil
	}
	switch f.value.Kind() {
	case reflect.String, reflect.Pointer:
		return decodeString(s, f)
	case reflect.Bool:
		yes := s.literal("true")
		if !yes && !s.literal("false") {
			return invalid("The member %q must be true or false.", f.name)
		}
		f.value.SetBool(yes)
		return nil
	case reflect.Int64:
		n, err := strconv.ParseInt(s.number(), 10, 64)
		if err != nil {
			return invalid("The member %q must be an integer.", f.name)
		}
		f.value.SetInt(n)
		return nil
	case reflect.Slice:
		return decodeStrings(s, f)
	default:
		panic(f.unsupported())
	}
}

func decodeString(s *scanner, f *field) error {
	if s.peek() != '"' {
		return invalid("The member %q must be a string.", f.name)
	}
	text, ok := s.str()
	if !ok {
		return invalid("The member %q is not a valid JSON string.", f.name)
	}
	if !f.setString(text) {
		panic(f.unsupported())
	}
	return nil
}

func decodeStrings(s *scanner, f *field) error {
	if f.value.Type().Elem().Kind() != reflect.String {
		panic(f.unsupported())
	}
	wrong := fmt.Sprintf("The member %q must be a list of strings.", f.name)
	if !s.take('[') {
		return ErrInvalidRequest.WithDetail(wrong)
	}
	list := reflect.MakeSlice(f.value.Type(), 0, 0)
	for more := !s.take(']'); more; {
		text, ok := s.str()
		if !ok {
			return ErrInvalidRequest.WithDetail(wrong)
		}
		list = reflect.Append(list, reflect.ValueOf(text).Convert(f.value.Type().Elem()))
		if more = s.take(','); !more && !s.take(']') {
			return ErrInvalidRequest.WithDetail(wrong)
		}
	}
	f.value.Set(list)
	return nil
}

func errNotJSON() error { return invalid("The body is not valid JSON.") }

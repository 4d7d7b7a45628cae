package authn

import (
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// DecodeForm reads the body of r, an application/x-www-form-urlencoded form, into
// a T as [Decode] does, and as strictly. No parameter may be repeated, so there are
// no lists; a bool is "true" or "false". The query is never read (SECURITY OAS-03).
func DecodeForm[T any](w http.ResponseWriter, r *http.Request) (T, error) {
	var into, none T
	body, err := readBody(w, r, formType)
	if err != nil {
		return none, err
	}
	list := fieldsOf(reflect.ValueOf(&into).Elem())
	for pair := range strings.SplitSeq(string(body), "&") {
		if pair == "" {
			continue
		}
		if err := decodePair(pair, list); err != nil {
			return none, err
		}
	}
	if err := list.complete(); err != nil {
		return none, err
	}
	return into, nil
}

func decodePair(pair string, list fields) error {
	rawName, rawText, _ := strings.Cut(pair, "=")
	name, errName := url.QueryUnescape(rawName)
	text, errText := url.QueryUnescape(rawText)
	// Some servers read a semicolon as a separator; nobody may see two bodies in one.
	if errName != nil || errText != nil || strings.Contains(pair, ";") ||
		!utf8.ValidString(name) || !utf8.ValidString(text) {
		return invalid("The body is not a valid form.")
	}
	f, err := list.take(name)
	if err != nil {
		return err
	}
	return f.setText(text)
}

func (f *field) setText(text string) error {
	switch f.value.Kind() {
	case reflect.Bool:
		if text != "true" && text != "false" {
			return invalid("The member %q must be true or false.", f.name)
		}
		f.value.SetBool(text == "true")
	case reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != text {
			return invalid("The member %q must be an integer.", f.name)
		}
		f.value.SetInt(n)
	default:
		if !f.setString(text) {
			panic(f.unsupported())
		}
	}
	return nil
}

package oauthserver

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/authgen-go/authgen/runtime/authn"
)

// A Form is the parameters of a request, of which many are secrets: it prints without
// them (SECURITY LOG-02). The zero Form has none.
type Form struct {
	values map[string]string
}

// ParseForm reads the body of r, a form of at most [authn.MaxBody] bytes, and nothing
// else: a request with a query is refused, and so is one that repeats a parameter, with
// or without a value (SECURITY OAS-03, RFC 6749 section 3.2). Parameters without a value
// count as omitted. Those that nobody asks for are no error. What is wrong is
// [authn.ErrInvalidRequest], [authn.ErrTooLarge] or [authn.ErrMethodNotAllowed].
func ParseForm(w http.ResponseWriter, r *http.Request) (Form, error) {
	switch {
	case r.Method != http.MethodPost:
		return Form{}, authn.ErrMethodNotAllowed.WithAllow(http.MethodPost)
	case r.URL.RawQuery != "" || r.URL.ForceQuery:
		return Form{}, invalid("Parameters belong in the body, not in the query.")
	case !authn.IsForm(r):
		return Form{}, invalid("The body must be application/x-www-form-urlencoded in UTF-8.")
	case len(r.Header["Content-Encoding"]) > 0:
		return Form{}, invalid("The body must not be encoded.")
	case r.ContentLength > authn.MaxBody:
		return Form{}, authn.ErrTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, authn.MaxBody))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return Form{}, authn.ErrTooLarge
		}
		return Form{}, invalid("The body could not be read.").WithCause(err)
	}
	return parsePairs(string(body))
}

func parsePairs(body string) (Form, error) {
	values := make(map[string]string)
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		name, value, ok := parsePair(pair)
		if !ok {
			return Form{}, invalid("The body is not a valid form.")
		}
		if _, twice := values[name]; twice {
			return Form{}, invalid("A parameter occurs more than once.")
		}
		values[name] = value
	}
	return Form{values}, nil
}

func parsePair(pair string) (name, value string, ok bool) {
	// Some servers read a semicolon as a separator; nobody may see two bodies in one.
	if strings.Contains(pair, ";") {
		return "", "", false
	}
	rawName, rawValue, _ := strings.Cut(pair, "=")
	name, errName := url.QueryUnescape(rawName)
	value, errValue := url.QueryUnescape(rawValue)
	return name, value, errName == nil && errValue == nil && utf8.ValidString(name) && utf8.ValidString(value)
}

// Get returns the value of a parameter, "" if it is omitted.
func (f Form) Get(name string) string { return f.values[name] }

// Format implements [fmt.Formatter].
func (f Form) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "form") // a fmt.State keeps its own error
}

func invalid(detail string) *authn.Problem { return authn.ErrInvalidRequest.WithDetail(detail) }

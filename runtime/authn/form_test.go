package authn_test

import (
	"errors"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

type form struct {
	Name     string  `json:"name"`
	Nick     *string `json:"nick,omitempty"`
	Remember bool    `json:"remember,omitempty"`
	Count    int64   `json:"count,omitzero"`
}

func decodeForm[T any](body string) (T, error) {
	return authn.DecodeForm[T](httptest.NewRecorder(), post("application/x-www-form-urlencoded", body))
}

func TestDecodeForm(t *testing.T) {
	nick := ""
	tests := []struct {
		body string
		want form
	}{
		{"name=a", form{Name: "a"}},
		{"name=", form{}},
		{"name", form{}},
		{"&name=a&&", form{Name: "a"}},
		{"n%61me=%C3%A9+%2B%3D=", form{Name: "é +=="}},
		{"name=a&nick=&remember=true&count=-7", form{Name: "a", Nick: &nick, Remember: true, Count: -7}},
	}
	for _, tt := range tests {
		got, err := decodeForm[form](tt.body)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("DecodeForm(%s) = %+v, %v, want %+v", tt.body, got, err, tt.want)
		}
	}
	if _, err := decodeForm[struct {
		A string `json:"a,omitempty"`
	}](""); err != nil {
		t.Errorf("a form without parameters: %v", err)
	}
}

// SECURITY WEB-11.
func TestWEB11_DecodeFormIsStrict(t *testing.T) {
	const notForm = "The body is not a valid form."
	tests := []struct{ name, body, detail string }{
		{"absent", "", `The member "name" is missing.`},
		{"missing", "count=1", `The member "name" is missing.`},
		{"repeated", "name=a&name=a", `The member "name" occurs more than once.`},
		{"repeated by escape", "name=a&n%61me=b", `The member "name" occurs more than once.`},
		{"unknown", "name=a&role=admin", `The member "role" is unknown.`},
		{"unknown and odd", "name=a&%3Cscript%3E=1", "The body has an unknown member."},
		{"case", "Name=a", `The member "Name" is unknown.`},
		{"semicolon", "name=a;count=1", notForm},
		{"bad escape", "name=%zz", notForm},
		{"bad escape in a name", "na%me=a", notForm},
		{"bad UTF-8 in an escape", "name=%ff", notForm},
		{"bad UTF-8", "name=\xff", "The body is not valid UTF-8."},
		{"bool", "name=a&remember=on", `The member "remember" must be true or false.`},
		{"number", "name=a&count=+1", `The member "count" must be an integer.`},
		{"number with zeros", "name=a&count=007", `The member "count" must be an integer.`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeForm[form](tt.body)
			p, ok := errors.AsType[*authn.Problem](err)
			if !ok || !errors.Is(err, authn.ErrInvalidRequest) || p.Detail != tt.detail {
				t.Errorf("error = %+v, want %q", err, tt.detail)
			}
			if !reflect.DeepEqual(got, form{}) {
				t.Errorf("an error comes with %+v", got)
			}
		})
	}
	if _, err := authn.DecodeForm[form](httptest.NewRecorder(), post("application/json", `{"name":"a"}`)); !errors.Is(err, authn.ErrUnsupportedMediaType) {
		t.Errorf("json: %v", err)
	}
	if _, err := decodeForm[form]("name=" + strings.Repeat("a", authn.MaxBody)); !errors.Is(err, authn.ErrTooLarge) {
		t.Errorf("large: %v", err)
	}
}

// What DecodeForm accepts, net/url reads as the same, once each.
func FuzzDecodeForm(f *testing.F) {
	for _, seed := range []string{"name=a", "name=a&nick=b&remember=true&count=1", "name=a&name=b", "name=%ff", "name=a;b", "a=b", "%", "&&name"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := decodeForm[form](text)
		if err != nil {
			if _, ok := errors.AsType[*authn.Problem](err); !ok {
				t.Fatalf("error = %v", err)
			}
			return
		}
		values, err := url.ParseQuery(text)
		if err != nil {
			t.Fatalf("net/url refuses %q: %v", text, err)
		}
		for name, list := range values {
			if len(list) != 1 {
				t.Fatalf("%q repeats %q", text, name)
			}
		}
		if got.Name != values.Get("name") || got.Nick != nil && *got.Nick != values.Get("nick") ||
			got.Remember != (values.Get("remember") == "true") || values.Has("count") && strconv.FormatInt(got.Count, 10) != values.Get("count") {
			t.Fatalf("DecodeForm(%q) = %+v, net/url says %v", text, got, values)
		}
	})
}

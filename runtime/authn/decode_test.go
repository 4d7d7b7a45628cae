package authn_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

type scope string

type full struct {
	Name     string   `json:"name"`
	Nick     *string  `json:"nick,omitempty"`
	Remember bool     `json:"remember,omitempty"`
	Count    int64    `json:"count,omitzero"`
	Scopes   []scope  `json:"scopes,omitempty"`
	Tags     []string `json:"-"`
	hidden   string
}

func post(contentType, body string) *http.Request {
	r := httptest.NewRequest("POST", "/?name=query&query=1", strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

func decodeJSON[T any](body string) (T, error) {
	return authn.Decode[T](httptest.NewRecorder(), post("application/json", body))
}

func TestDecode(t *testing.T) {
	nick := "n\u00fck"
	tests := []struct {
		body string
		want full
	}{
		{`{"name":"a"}`, full{Name: "a", hidden: ""}},
		{" \t\r\n{ \"name\" : \"a\" , \"count\" : -9223372036854775808 } \n", full{Name: "a", Count: -1 << 63}},
		{`{"name":"a","nick":"n\u00fck","remember":true,"count":0,"scopes":["x","y"]}`,
			full{Name: "a", Nick: &nick, Remember: true, Scopes: []scope{"x", "y"}}},
		{`{"name":"a","nick":null,"remember":null,"count":null,"scopes":null}`, full{Name: "a"}},
		{`{"name":"a","scopes":[]}`, full{Name: "a", Scopes: []scope{}}},
		{`{"name":"\"\\\/\b\f\n\r\t\u0000\uD83D\ude00é😀"}`, full{Name: "\"\\/\b\f\n\r\t\x00😀é😀"}},
		{`{"n\u0061me":""}`, full{}},
	}
	for _, tt := range tests {
		got, err := decodeJSON[full](tt.body)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Decode(%s) = %+v, %v, want %+v", tt.body, got, err, tt.want)
		}
	}
}

// SECURITY WEB-11.
func TestWEB11_DecodeIsStrict(t *testing.T) {
	const (
		notJSON  = "The body is not valid JSON."
		notObj   = "The body must be a JSON object."
		trailing = "The body goes on after its JSON object."
		unnamed  = "The body has an unknown member."
	)
	tests := []struct{ name, body, detail string }{
		{"absent", "", "The body is missing."},
		{"white space", "  ", notObj},
		{"array", `[{"name":"a"}]`, notObj},
		{"null", `null`, notObj},
		{"string", `"name"`, notObj},
		{"byte order mark", "\ufeff{\"name\":\"a\"}", notObj},
		{"empty object", `{}`, `The member "name" is missing.`},
		{"missing", `{"count":1}`, `The member "name" is missing.`},
		{"null", `{"name":null}`, `The member "name" must not be null.`},
		{"number for a string", `{"name":1}`, `The member "name" must be a string.`},
		{"object for a string", `{"name":{}}`, `The member "name" must be a string.`},
		{"duplicate", `{"name":"a","name":"b"}`, `The member "name" occurs more than once.`},
		{"duplicate by escape", `{"name":"a","n\u0061me":"b"}`, `The member "name" occurs more than once.`},
		{"duplicate null", `{"name":"a","nick":null,"nick":"x"}`, `The member "nick" occurs more than once.`},
		{"case", `{"Name":"a"}`, `The member "Name" is unknown.`},
		{"folded case", `{"\u0072emember":true,"\u017fcopes":[]}`, unnamed},
		{"unknown", `{"name":"a","role":"admin"}`, `The member "role" is unknown.`},
		{"unknown object", `{"user_id":{"a":[[[]]]},"name":"a"}`, `The member "user_id" is unknown.`},
		{"unknown and odd", `{"<script>":1}`, unnamed},
		{"unknown and long", `{"` + strings.Repeat("a", 41) + `":1}`, unnamed},
		{"unknown and empty", `{"":1}`, unnamed},
		{"excluded", `{"name":"a","Tags":["x"]}`, `The member "Tags" is unknown.`},
		{"unexported", `{"name":"a","hidden":"x"}`, `The member "hidden" is unknown.`},
		{"trailing value", `{"name":"a"}{}`, trailing},
		{"trailing text", `{"name":"a"} x`, trailing},
		{"trailing NUL", "{\"name\":\"a\"}\x00", trailing},
		{"trailing comma", `{"name":"a",}`, notJSON},
		{"no comma", `{"name":"a" "count":1}`, notJSON},
		{"no colon", `{"name" "a"}`, notJSON},
		{"unquoted name", `{name:"a"}`, notJSON},
		{"single quotes", `{'name':'a'}`, notJSON},
		{"comment", `{/**/"name":"a"}`, notJSON},
		{"unfinished", `{"name":"a"`, notJSON},
		{"unfinished string", `{"name":"a`, `The member "name" is not a valid JSON string.`},
		{"control character", "{\"name\":\"a\nb\"}", `The member "name" is not a valid JSON string.`},
		{"unknown escape", `{"name":"\x41"}`, `The member "name" is not a valid JSON string.`},
		{"short escape", `{"name":"\u12"}`, `The member "name" is not a valid JSON string.`},
		{"signed escape", `{"name":"\u+123"}`, `The member "name" is not a valid JSON string.`},
		{"lone high surrogate", `{"name":"\ud800"}`, `The member "name" is not a valid JSON string.`},
		{"lone low surrogate", `{"name":"\udc00"}`, `The member "name" is not a valid JSON string.`},
		{"surrogates in the wrong order", `{"name":"\udc00\ud800"}`, `The member "name" is not a valid JSON string.`},
		{"high surrogate and a letter", `{"name":"\ud800\u0041"}`, `The member "name" is not a valid JSON string.`},
		{"bad UTF-8", "{\"name\":\"\xff\"}", "The body is not valid UTF-8."},
		{"UTF-8 surrogate", "{\"name\":\"\xed\xa0\x80\"}", "The body is not valid UTF-8."},
		{"string for a bool", `{"name":"a","remember":"true"}`, `The member "remember" must be true or false.`},
		{"number for a bool", `{"name":"a","remember":1}`, `The member "remember" must be true or false.`},
		{"word beginning with true", `{"name":"a","remember":truee}`, notJSON},
		{"string for a number", `{"name":"a","count":"1"}`, `The member "count" must be an integer.`},
		{"fraction", `{"name":"a","count":1.0}`, `The member "count" must be an integer.`},
		{"exponent", `{"name":"a","count":1e3}`, `The member "count" must be an integer.`},
		{"leading zero", `{"name":"a","count":01}`, `The member "count" must be an integer.`},
		{"plus", `{"name":"a","count":+1}`, `The member "count" must be an integer.`},
		{"minus", `{"name":"a","count":-}`, `The member "count" must be an integer.`},
		{"too large", `{"name":"a","count":9223372036854775808}`, `The member "count" must be an integer.`},
		{"string for a list", `{"name":"a","scopes":"x"}`, `The member "scopes" must be a list of strings.`},
		{"list of numbers", `{"name":"a","scopes":[1]}`, `The member "scopes" must be a list of strings.`},
		{"list with null", `{"name":"a","scopes":[null]}`, `The member "scopes" must be a list of strings.`},
		{"list in a list", `{"name":"a","scopes":[["x"]]}`, `The member "scopes" must be a list of strings.`},
		{"list with a comma at its end", `{"name":"a","scopes":["x",]}`, `The member "scopes" must be a list of strings.`},
		{"deep", `{"name":` + strings.Repeat("[", 60000) + `}`, `The member "name" must be a string.`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeJSON[full](tt.body)
			p, ok := errors.AsType[*authn.Problem](err)
			if !ok || !errors.Is(err, authn.ErrInvalidRequest) || p.Detail != tt.detail {
				t.Errorf("error = %+v, want %q", err, tt.detail)
			}
			if !reflect.DeepEqual(got, full{}) {
				t.Errorf("an error comes with %+v", got)
			}
		})
	}
}

// SECURITY WEB-11.
func TestWEB11_MediaType(t *testing.T) {
	tests := []struct {
		name     string
		header   map[string][]string
		body     string
		accepted bool
	}{
		{"json", map[string][]string{"Content-Type": {"application/json"}}, `{"name":"a"}`, true},
		{"utf-8", map[string][]string{"Content-Type": {`Application/JSON; charset="UTF-8"`}}, `{"name":"a"}`, true},
		{"identity", map[string][]string{"Content-Type": {"application/json"}, "Content-Encoding": {"identity"}}, `{"name":"a"}`, true},
		{"none", nil, `{"name":"a"}`, false},
		{"empty", map[string][]string{"Content-Type": {""}}, `{"name":"a"}`, false},
		{"two", map[string][]string{"Content-Type": {"application/json", "application/json"}}, `{"name":"a"}`, false},
		{"text", map[string][]string{"Content-Type": {"text/plain"}}, `{"name":"a"}`, false},
		{"text without body", map[string][]string{"Content-Type": {"text/plain"}}, ``, false},
		{"form", map[string][]string{"Content-Type": {"application/x-www-form-urlencoded"}}, `{"name":"a"}`, false},
		{"problem", map[string][]string{"Content-Type": {"application/problem+json"}}, `{"name":"a"}`, false},
		{"other charset", map[string][]string{"Content-Type": {"application/json; charset=utf-16"}}, `{"name":"a"}`, false},
		{"malformed", map[string][]string{"Content-Type": {"application/json; charset"}}, `{"name":"a"}`, false},
		{"gzip", map[string][]string{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}, `{"name":"a"}`, false},
		{"identity, gzip", map[string][]string{"Content-Type": {"application/json"}, "Content-Encoding": {"identity, gzip"}}, `{"name":"a"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/", strings.NewReader(tt.body))
			for name, values := range tt.header {
				r.Header[name] = values
			}
			_, err := authn.Decode[full](httptest.NewRecorder(), r)
			if tt.accepted && err != nil || !tt.accepted && !errors.Is(err, authn.ErrUnsupportedMediaType) {
				t.Errorf("error = %v", err)
			}
		})
	}
}

func TestDecodeWithoutABody(t *testing.T) {
	for _, body := range []io.Reader{nil, http.NoBody} {
		r := httptest.NewRequest("POST", "/", body)
		if _, err := authn.Decode[full](httptest.NewRecorder(), r); !errors.Is(err, authn.ErrInvalidRequest) {
			t.Errorf("error = %v", err)
		}
	}
}

// An endless body counts how much of it is read.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read += len(p)
	return len(p), nil
}

// SECURITY WEB-11.
func TestWEB11_BodyLimit(t *testing.T) {
	exactly := `{"name":"` + strings.Repeat("a", authn.MaxBody-11) + `"}`
	if _, err := decodeJSON[full](exactly); err != nil || len(exactly) != 64<<10 {
		t.Errorf("a body of %d bytes: %v", len(exactly), err)
	}
	if _, err := decodeJSON[full](exactly + " "); !errors.Is(err, authn.ErrTooLarge) {
		t.Errorf("one byte more: %v", err)
	}
	for _, length := range []int64{-1, authn.MaxBody + 1} {
		body := &endless{}
		r := httptest.NewRequest("POST", "/", body)
		r.Header.Set("Content-Type", "application/json")
		r.ContentLength = length
		if _, err := authn.Decode[full](httptest.NewRecorder(), r); !errors.Is(err, authn.ErrTooLarge) {
			t.Errorf("length %d: %v", length, err)
		}
		if body.read > 2*authn.MaxBody || length > 0 && body.read > 0 {
			t.Errorf("length %d: %d bytes were read", length, body.read)
		}
	}
}

// SECURITY WEB-11.
func TestWEB11_ATooLargeBodyEndsTheConnection(t *testing.T) {
	f, _ := newFrame()
	server := httptest.NewServer(f.Handler(func(w http.ResponseWriter, r *http.Request) error {
		_, err := authn.Decode[full](w, r)
		return err
	}))
	defer server.Close()
	// Without a length, so that only reading finds out.
	body := io.MultiReader(strings.NewReader("{"), io.LimitReader(&endless{}, authn.MaxBody+100))
	res, err := http.Post(server.URL, "application/json", body)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	wantProblem(t, res, authn.CodeTooLarge)
	if !res.Close {
		t.Error("the connection is kept")
	}
}

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestABrokenBodyIsNotAnOutage(t *testing.T) {
	r := httptest.NewRequest("POST", "/", brokenBody{})
	r.Header.Set("Content-Type", "application/json")
	r.ContentLength = 10
	if _, err := authn.Decode[full](httptest.NewRecorder(), r); !errors.Is(err, authn.ErrInvalidRequest) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error = %v", err)
	}
}

func TestDecodeIntoUnsupportedTypesIsABug(t *testing.T) {
	for name, decode := range map[string]func(){
		"float":       func() { _, _ = decodeJSON[struct{ A float64 }](`{"A":1}`) },
		"struct":      func() { _, _ = decodeJSON[struct{ A struct{} }](`{"A":{}}`) },
		"list of int": func() { _, _ = decodeJSON[struct{ A []int }](`{"A":[1]}`) },
		"pointer":     func() { _, _ = decodeJSON[struct{ A *int }](`{"A":"1"}`) },
		"not struct":  func() { _, _ = decodeJSON[string](`{}`) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if v := recover(); v == nil || !strings.HasPrefix(fmt.Sprint(v), "authn: ") {
					t.Errorf("recovered %v", v)
				}
			}()
			decode()
		})
	}
}

// What Decode accepts, encoding/json at its strictest accepts too, with the same
// result; and writing the result gives a body that Decode reads as the same.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"name":"a"}`, `{"name":"a","nick":null,"remember":true,"count":-12,"scopes":["x"]}`, `{"name":"\ud83d\ude00"}`,
		`{"name":"\ud800"}`, `{"name":"a","name":"b"}`, `{"NAME":"a"}`, `[]`, `{"name":"a"} {}`, "{\"name\":\"\xff\"}", `{"name":`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := decodeJSON[full](text)
		if err != nil {
			if _, ok := errors.AsType[*authn.Problem](err); !ok {
				t.Fatalf("error = %v", err)
			}
			return
		}
		var want full
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&want); err != nil {
			t.Fatalf("encoding/json refuses %q: %v", text, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("Decode(%q) = %+v, encoding/json says %+v", text, got, want)
		}
		written, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeJSON[full](string(written))
		if err != nil {
			t.Fatalf("Decode(%s): %v", written, err)
		}
		rewritten, _ := json.Marshal(again)
		if !bytes.Equal(written, rewritten) {
			t.Fatalf("%s became %s", written, rewritten)
		}
	})
}

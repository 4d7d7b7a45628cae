package env_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/env"
	"github.com/authgen-go/authgen/runtime/secret"
)

// lookup returns a lookup function of the given variables.
func lookup(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := vars[name]
		return v, ok
	}
}

func TestReaderReturnsWhatIsSet(t *testing.T) {
	want, text := secret.Generate()
	r := env.NewReader(lookup(map[string]string{
		"ADDR": "127.0.0.1:9000", "EMPTY": "", "DATABASE_URL": "sqlite:app.db", "AUTH_SECRET": text,
	}))
	for _, c := range []struct{ name, got, want string }{
		{"set", r.String("ADDR", "fallback"), "127.0.0.1:9000"},
		{"unset", r.String("NOPE", "fallback"), "fallback"},
		{"empty", r.String("EMPTY", "fallback"), "fallback"},
		{"required", r.Required("DATABASE_URL"), "sqlite:app.db"},
		{"secret", string(r.Secret("AUTH_SECRET").Derive("x", 32)), string(want.Derive("x", 32))},
		{"base URL", r.BaseURL().String(), "http://127.0.0.1:9000"},
	} {
		if c.got != c.want {
			t.Errorf("%s = %q, want %q", c.name, c.got, c.want)
		}
	}
	if err := r.Err(); err != nil {
		t.Errorf("Err() = %v", err)
	}
}

// SECURITY KEY-01.
func TestKEY01_ReaderReportsEveryProblemByName(t *testing.T) {
	r := env.NewReader(lookup(map[string]string{"ADDR": ":8080", "AUTH_JWT_SECRET": "c2hvcnQ="}))
	r.Required("DATABASE_URL")
	r.Secret("AUTH_SECRET")
	r.Secret("AUTH_JWT_SECRET")
	r.BaseURL()
	r.Required("DATABASE_URL") // twice read, once reported

	err := r.Err()
	if err == nil {
		t.Fatal("Err() = nil")
	}
	lines := strings.Split(err.Error(), "\n")
	for i, name := range []string{"DATABASE_URL ", "AUTH_SECRET ", "AUTH_JWT_SECRET ", "BASE_URL "} {
		if len(lines) != 4 || !strings.HasPrefix(lines[i], name) {
			t.Fatalf("want 4 lines, number %d on %s; got\n%v", i+1, name, err)
		}
	}
}

// SECURITY KEY-01.
func TestKEY01_ThereIsNoFallbackSecret(t *testing.T) {
	r := env.NewReader(lookup(nil))
	if !r.Secret("AUTH_SECRET").IsZero() {
		t.Error("an unset variable gave a secret")
	}
	if r.Err() == nil {
		t.Error("an unset secret is no problem")
	}
}

// SECURITY KEY-09.
func TestKEY09_ReaderShowsNoValue(t *testing.T) {
	const canary = "cAnArYvAlUe"
	values := []string{
		canary, "https://user:" + canary + "@app.example", "https://" + canary + "/path", "http://" + canary,
		"https://[" + canary + "]", "https://a.example:" + canary, canary + "://a.example", "https://%zz" + canary,
		strings.Repeat(canary, 9), canary + "\n", canary + "\x00",
	}
	for _, v := range values {
		vars := map[string]string{"AUTH_SECRET": v, "BASE_URL": v}
		addr := map[string]string{"ADDR": v}
		for _, vars := range []map[string]string{vars, addr} {
			r := env.NewReader(lookup(vars))
			r.Secret("AUTH_SECRET")
			r.BaseURL()
			r.Required("MISSING")
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
				out := fmt.Sprintf(verb, r.Err()) + fmt.Sprintf(verb, r) + fmt.Sprintf(verb, *r)
				if strings.Contains(strings.ToLower(out), strings.ToLower(canary)) {
					t.Errorf("with %q, %s shows %s", v, verb, out)
				}
			}
		}
	}
}

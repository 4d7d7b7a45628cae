package spec_test

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/authgen-go/authgen/spec"
)

// checkDiagnostics holds what is true of every refusal: each diagnostic stands
// somewhere in the file, says something, and prints as the lines it is.
func checkDiagnostics(t testing.TB, src string, err error) {
	t.Helper()

	ds := asDiagnostics(t, err)
	lines := strings.Split(src, "\n")
	for i, d := range ds {
		switch {
		case d.Severity != spec.SeverityError:
			t.Errorf("%v: not an error", d)
		case d.Line < 1 || d.Line > len(lines) || d.Col < 1 || d.Col > utf8.RuneCountInString(lines[d.Line-1])+1:
			t.Errorf("%v: stands nowhere in the file", d)
		case !printable(d.Path) || !printable(d.Message) || !printable(d.Hint):
			t.Errorf("%v: holds what a terminal would not print", d)
		case d.Message == "" || len(d.Path)+len(d.Message)+len(d.Hint) > 10_000:
			t.Errorf("%v: says nothing, or too much", d)
		case i > 0 && (ds[i-1].Line > d.Line || ds[i-1].Line == d.Line && ds[i-1].Col > d.Col):
			t.Errorf("%v: stands before the diagnostic above it", d)
		}
	}
	if len(ds) > 101 {
		t.Errorf("%d diagnostics", len(ds))
	}
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// harmless is every character that text of an accepted spec may have. None of
// them ends a line, a comment, a string or a statement of Go, SQL or HTTP.
var harmless = regexp.MustCompile(`^[A-Za-z0-9._:/~\[\]-]*$`)

// uris are the texts that may have more of a URI's characters, which end nothing
// either.
var (
	uris = []string{"spec.Strategies.OAuth.Providers[].Issuer", "spec.Strategies.OAuth.Providers[].Scopes[]", "spec.Strategies.JWT.Issuer", "spec.Strategies.JWT.Audience[]", "spec.Strategies.JWT.Verify.JWKSURL",
		"spec.Strategies.APIKey.Deprecated.Link", "spec.Strategies.JWT.Deprecated.Link", "spec.Strategies.Session.Deprecated.Link", "spec.Strategies.OAuth.Deprecated.Link"}
	harmlessURI = regexp.MustCompile(`^[A-Za-z0-9._:/~\[\]@?=&%+#-]*$`)
)

// checkSpec holds what is true of every accepted spec, whatever the file said:
// no text can do harm in output, no choice is left open, and no two keys
// contradict each other.
func checkSpec(t testing.TB, s *spec.Spec) {
	t.Helper()

	checkText(t, "spec", reflect.ValueOf(*s), openIn(s))
	checkNames(t, s)
	checkColumns(t, s.Users)

	p := s.Users.Password
	if p.MinLength < 8 || p.Iterations < 1 || p.Parallelism < 1 || p.Memory < 12<<20 || p.Memory*int64(p.Iterations) < 36<<20 {
		t.Errorf("password %+v is too weak", p)
	}
	for _, r := range []spec.Rate{s.RateLimit.Login, s.RateLimit.Register, s.RateLimit.APIKeyFailure} {
		if r.Count < 1 || r.Count > 10_000 || r.Per < time.Second {
			t.Errorf("rate limits %+v limit nothing", s.RateLimit)
		}
	}
	if s.Strategies == (spec.Strategies{}) {
		t.Errorf("no strategy is picked")
	}
	if c := s.Strategies.Session; c != nil {
		if c.IdleTimeout < 1 || c.Recent < 1 || c.IdleTimeout > c.TTL || c.Recent > c.TTL || c.MaxStaleness < 0 || c.MaxStaleness > 5*time.Minute || c.Remember != 0 && c.Remember <= c.TTL {
			t.Errorf("session times %+v contradict each other", *c)
		}
	}
	if k := s.Strategies.APIKey; k != nil {
		checkAPIKey(t, *k)
	}
	if j := s.Strategies.JWT; j != nil {
		checkJWT(t, s, *j)
	}
	checkChain(t, s)
	for _, w := range s.Warnings {
		if w.Severity != spec.SeverityWarning || w.Line < 1 || w.Path == "" || !printable(w.String()[:strings.IndexByte(w.String()+"\n", '\n')]) {
			t.Errorf("warning %+v", w)
		}
	}
}

func checkAPIKey(t testing.TB, k spec.APIKey) {
	t.Helper()

	if k.MaxAge < time.Second || k.MaxAge > 730*24*time.Hour || k.WarnBefore < 0 || k.WarnBefore > k.MaxAge ||
		k.RotationOverlap < 0 || k.RotationOverlap > k.MaxAge || k.RotationOverlap > 30*24*time.Hour {
		t.Errorf("key times %+v contradict each other", k)
	}
	if k.LastUsedFlush < time.Second || k.LastUsedFlush > time.Hour || k.MaxStaleness < 0 || k.MaxStaleness > 5*time.Minute {
		t.Errorf("key records %+v lag too far behind", k)
	}
	if k.MaxActive < 1 || k.MaxActive > 100 || k.RateLimit.Count < 1 || k.RateLimit.Count > 1_000_000 || k.RateLimit.Per < time.Second {
		t.Errorf("key limits %+v limit nothing", k)
	}
	if strings.Contains(k.Header, "_") || !keyPrefix.MatchString(k.Prefix) {
		t.Errorf("header %q or prefix %q", k.Header, k.Prefix)
	}
	switch http.CanonicalHeaderKey(k.Header) {
	case "Authorization", "Cookie", "Set-Cookie", "Host", "Origin", "Referer", "Content-Type", "Content-Length", "Forwarded", "X-Forwarded-For", "X-Real-Ip":
		t.Errorf("keys would be looked for in %s", k.Header)
	}
}

var keyPrefix = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)

// openIn returns the texts that s may leave empty.
func openIn(s *spec.Spec) []string {
	open := []string{"spec.HTTP.Prefix", "spec.Strategies.OAuth.Providers[].Issuer"}
	if c := s.Users.Columns; s.Users.Existing {
		open = append(open, "spec.Users.Columns.PasswordHash", "spec.Users.Columns.Roles")
	} else if c == (spec.UserColumns{}) {
		open = append(open, "spec.Users.Columns.ID", "spec.Users.Columns.Email", "spec.Users.Columns.PasswordHash", "spec.Users.Columns.Roles")
	}
	switch j := s.Strategies.JWT; {
	case s.Strategies.Issues():
		open = append(open, "spec.Strategies.JWT.Issuer")
	case j != nil:
		open = append(open, "spec.Strategies.JWT.Algorithm", "spec.Strategies.JWT.Revocation.Storage", "spec.Strategies.JWT.JWKS.Path", "spec.Users.DefaultRole")
	}

	return open
}

func checkText(t testing.TB, path string, v reflect.Value, open []string) {
	t.Helper()

	switch v.Kind() {
	case reflect.String:
		if !harmless.MatchString(v.String()) && !(slices.Contains(uris, path) && harmlessURI.MatchString(v.String())) {
			t.Errorf("%s is %q", path, v.String())
		}
		if v.String() == "" && !slices.Contains(open, path) {
			t.Errorf("%s is empty", path)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name != "Warnings" {
				checkText(t, path+"."+name, v.Field(i), open)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			checkText(t, path+"[]", v.Index(i), open)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			checkText(t, path, v.Elem(), open)
		}
	}
}

// checkColumns holds that no two columns of an existing table are one.
func checkColumns(t testing.TB, u spec.Users) {
	t.Helper()

	c := u.Columns
	names := []string{c.ID, c.Email, c.PasswordHash, c.Roles}
	if !u.Existing {
		return
	}
	if c.PasswordHash == "" {
		names[2] = "password_hash"
	}
	if c.Roles == "" {
		names[3] = "roles"
	}
	seen := map[string]bool{}
	for _, name := range append(names, "auth_version", "disabled_at") {
		name = strings.ToLower(name)
		if seen[name] {
			t.Errorf("column %s has two meanings", name)
		}
		seen[name] = true
	}
}

func checkNames(t testing.TB, s *spec.Spec) {
	t.Helper()

	constants := map[string]bool{}
	unique := func(constant string) {
		if constants[constant] {
			t.Errorf("%s would be declared twice", constant)
		}
		constants[constant] = true
	}

	roles := []string{}
	for _, r := range s.Users.Roles {
		unique("Role" + spec.GoName(r.Name))
		roles = append(roles, r.Name)
		for _, scope := range r.Scopes {
			if !slices.Contains(s.Scopes, scope) {
				t.Errorf("role %s holds the scope %s, which is not one", r.Name, scope)
			}
		}
	}
	for _, scope := range s.Scopes {
		unique("Scope" + spec.GoName(scope))
	}
	if s.Users.DefaultRole != "" && !slices.Contains(roles, s.Users.DefaultRole) {
		t.Errorf("default role %s is not one of %v", s.Users.DefaultRole, roles)
	}
}

// checkChain holds that every strategy has its place in the order, that each end comes
// after its announcement, and that each policy accepts something.
func checkChain(t testing.TB, s *spec.Spec) {
	t.Helper()

	if order := slices.Sorted(slices.Values(s.Order)); !slices.Equal(order, s.Strategies.Acting()) {
		t.Errorf("order %v of the strategies %v", s.Order, s.Strategies.Acting())
	}
	for _, name := range s.Order {
		if d := s.Strategies.Deprecation(name); d != nil && (!d.Sunset.After(d.Since) || d.Since.Hour() != 0 || !strings.HasPrefix(d.Link, "https://")) {
			t.Errorf("%s is deprecated: %+v", name, *d)
		}
	}
	if s.Strategies.ExchangesForTokens() && s.Strategies.ExchangesForSession() {
		t.Error("credentials could be exchanged back and forth")
	}
	methods := map[string]bool{"Require": true, "Mount": true, "Sessions": true}
	for _, p := range s.Policies {
		if name := spec.GoName(p.Name); methods[name] || name == "" {
			t.Errorf("the policy %s would be the method %q", p.Name, name)
		} else {
			methods[name] = true
		}
		if len(p.Strategies) == 0 || p.RateLimit.Count < 0 {
			t.Errorf("policy %+v", p)
		}
		for _, name := range p.Strategies {
			if !slices.Contains(s.Order, name) {
				t.Errorf("the policy %s accepts %s", p.Name, name)
			}
		}
	}
}

package spec_test

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/spec/spectest"
)

// defaults is the contract's page of defaults, with the strategies picked.
func defaults(picked spec.Strategies) *spec.Spec {
	return &spec.Spec{
		Version:  1,
		Output:   spec.Output{Dir: "internal/auth", Migrations: "migrations", MigrationFormat: spec.FormatGoose, Tests: true},
		HTTP:     spec.HTTP{Router: spec.RouterNetHTTP, Prefix: "/auth"},
		Database: spec.SQLite,
		Users: spec.Users{
			Table:        "users",
			ID:           spec.IDUUID,
			Roles:        []spec.Role{{Name: "member"}},
			DefaultRole:  "member",
			Registration: spec.RegistrationOpen,
			Password:     spec.Password{MinLength: 15, Memory: 19 << 20, Iterations: 2, Parallelism: 1},
		},
		Strategies: picked,
		Order:      picked.Acting(),
		Audit:      spec.Audit{Sinks: []string{"log"}, Retention: 90 * 24 * time.Hour, Mode: spec.AuditBestEffort},
		Metrics:    spec.MetricsNone,
		RateLimit: spec.RateLimit{
			Storage:       spec.LimitMemory,
			Login:         spec.Rate{Count: 5, Per: time.Minute},
			Register:      spec.Rate{Count: 10, Per: time.Hour},
			Refresh:       spec.Rate{Count: 60, Per: time.Minute},
			Token:         spec.Rate{Count: 60, Per: time.Minute},
			APIKeyFailure: spec.Rate{Count: 20, Per: time.Minute},
		},
	}
}

func defaultAPIKey() *spec.APIKey {
	return &spec.APIKey{
		Header:          "X-API-Key",
		Prefix:          "sk_live",
		MaxAge:          90 * 24 * time.Hour,
		WarnBefore:      14 * 24 * time.Hour,
		MaxActive:       2,
		RotationOverlap: 24 * time.Hour,
		LastUsedFlush:   30 * time.Second,
		MaxStaleness:    0,
		RateLimit:       spec.Rate{Count: 1000, Per: time.Minute},
	}
}

func defaultJWT() *spec.JWT {
	return &spec.JWT{
		Algorithm:  spec.EdDSA,
		AccessTTL:  15 * time.Minute,
		Leeway:     30 * time.Second,
		Refresh:    &spec.Refresh{TTL: 30 * 24 * time.Hour, IdleTTL: 14 * 24 * time.Hour, ReuseGrace: 10 * time.Second},
		Revocation: spec.Revocation{Storage: spec.RevocationDatabase},
		JWKS:       spec.JWKS{Path: "/.well-known/jwks.json", MaxAge: 10 * time.Minute},
	}
}

func defaultOAuth() *spec.OAuth {
	return &spec.OAuth{Issue: spec.IssueSession, LinkByEmail: spec.LinkNever, Server: &spec.OAuthServer{TokenTTL: time.Hour, SecretOverlap: 24 * time.Hour}}
}

func defaultSession() *spec.Session {
	return &spec.Session{
		Cookie:      spec.Cookie{Name: "session", SameSite: spec.SameSiteLax},
		TTL:         time.Hour,
		IdleTimeout: 30 * time.Minute,
		Recent:      15 * time.Minute,
		Storage:     spec.SessionDatabase,
	}
}

// TestGEN01_Defaults holds that the smallest spec, an empty strategy, one
// without a value, and the defaults written out all mean the same, and that
// none of them is worth a warning.
// SECURITY GEN-01.
func TestGEN01_Defaults(t *testing.T) {
	session := spec.Strategies{Session: defaultSession()}
	apiKey := spec.Strategies{APIKey: defaultAPIKey()}
	jwt := spec.Strategies{JWT: defaultJWT()}
	both := spec.Strategies{APIKey: defaultAPIKey(), Session: defaultSession()}
	all := spec.Strategies{APIKey: defaultAPIKey(), JWT: defaultJWT(), Session: defaultSession()}

	for name, picked := range map[string]spec.Strategies{
		"smallest": session, "session_null": session, "sections_null": session, "sections_empty": session,
		"explicit_document": session, "unicode_comments": session,
		"api_key_alone": apiKey, "api_key_null": apiKey, "api_key_defaults_written_out": apiKey,
		"jwt_alone": jwt, "jwt_null": jwt, "jwt_sections_null": jwt, "jwt_sections_empty": jwt, "jwt_defaults_written_out": jwt,
		"jwt_with_all_strategies": all,
		"both_strategies":         both, "defaults_written_out": both,
	} {
		t.Run(name, func(t *testing.T) {
			if got, want := parseValid(t, name), defaults(picked); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
		})
	}
}

// TestGEN01_Weakenings holds the list of keys that turn a protection off: each
// begins with insecure_, is off by default, and warns.
// SECURITY GEN-01.
func TestGEN01_Weakenings(t *testing.T) {
	weakenings := map[string]string{
		"insecure_private_network": "version: 1\nstrategies: {jwt: {issuer: a, verify: {jwks_url: https://a.example/k, insecure_private_network: %s}}}\n",
	}

	found := map[string]bool{}
	for _, m := range regexp.MustCompile(`"(insecure_[a-z_]*)": \{`).FindAllStringSubmatch(string(spec.Schema()), -1) {
		found[m[1]] = true
		if _, ok := weakenings[m[1]]; !ok {
			t.Errorf("%s is not held to be off by default and to warn", m[1])
		}
	}
	for key, text := range weakenings {
		if !found[key] {
			t.Errorf("the language has no %s", key)
		}
		if s := parse(t, fmt.Sprintf(text, "true")); !strings.Contains(s.Warnings.Error(), key) {
			t.Errorf("%s: true does not warn: %v", key, s.Warnings)
		}
		given, absent := parse(t, fmt.Sprintf(text, "false")), parse(t, strings.ReplaceAll(text, ", "+key+": %s", ""))
		if !reflect.DeepEqual(given, absent) {
			t.Errorf("%s is on by default", key)
		}
	}
}

// parse returns the spec in text, which is accepted.
func parse(t *testing.T, text string) *spec.Spec {
	t.Helper()

	s, err := spec.Parse("authgen.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}

	return s
}

func TestFullestSpec(t *testing.T) {
	got := parseValid(t, "fullest")
	got.Warnings = nil

	want := &spec.Spec{
		Version: 1,
		Output:  spec.Output{Dir: "pkg/identity", Migrations: "pkg/identity/migrations", MigrationFormat: spec.FormatGoose},
		HTTP: spec.HTTP{
			Router:         spec.RouterChi,
			Prefix:         "/api/v1/identity",
			TrustedProxies: []string{"10.0.0.0/8", "192.168.0.0/16", "fd00::/8", "2001:db8::/32", "203.0.113.7/32"},
			TrustedOrigins: []string{
				"https://app.example.com", "https://app.example.com:8443", "https://xn--bcher-kva.example",
				"https://[2001:db8::1]", "http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:3000",
			},
		},
		Database: spec.SQLite,
		Scopes:   []string{"reports:read", "reports:write", "api-keys.rotate", "user_id", "2fa", "1"},
		Users: spec.Users{
			Table: "people",
			ID:    spec.IDInt64,
			Roles: []spec.Role{
				{Name: "reader", Scopes: []string{"reports:read"}},
				{Name: "editor", Scopes: []string{"reports:read", "reports:write"}},
				{Name: "guest"},
				{Name: "admin", Scopes: []string{"reports:read", "reports:write", "api-keys.rotate", "user_id", "2fa", "1"}},
			},
			DefaultRole:  "guest",
			Registration: spec.RegistrationClosed,
			Password:     spec.Password{MinLength: 20, Memory: 64 << 20, Iterations: 3, Parallelism: 4},
		},
		Strategies: spec.Strategies{
			APIKey: &spec.APIKey{
				Header:          "Acme-Key",
				Prefix:          "acme_v2_test",
				MaxAge:          365 * 24 * time.Hour,
				WarnBefore:      30 * 24 * time.Hour,
				MaxActive:       5,
				RotationOverlap: 7 * 24 * time.Hour,
				LastUsedFlush:   5 * time.Minute,
				MaxStaleness:    2 * time.Second,
				RateLimit:       spec.Rate{Count: 250000, Per: time.Hour},
			},
			Session: &spec.Session{
				Cookie:      spec.Cookie{Name: "_app_sid-2", SameSite: spec.SameSiteStrict},
				TTL:         9 * 24 * time.Hour,
				IdleTimeout: 36 * time.Hour,
				Remember:    60 * 24 * time.Hour,
				Recent:      30 * time.Minute,
				Storage:     spec.SessionMemory,
				Pages:       true,
				Deprecated: &spec.Deprecated{
					Since:  time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC),
					Sunset: time.Date(2027, time.June, 1, 0, 0, 0, 0, time.UTC),
					Link:   "https://app.example.com/docs/tokens?from=session#how",
				},
			},
		},
		Order: []string{"session", "api_key"},
		Policies: []spec.Policy{
			{Name: "reports_read", Strategies: []string{"api_key"}, Scopes: []string{"reports:read"}, Roles: []string{"reader", "editor"}, RateLimit: spec.Rate{Count: 100, Per: time.Minute}},
			{Name: "everybody", Strategies: []string{"session", "api_key"}},
		},
		Audit:   spec.Audit{Sinks: []string{"log"}, Retention: 90 * 24 * time.Hour, Mode: spec.AuditBestEffort},
		Metrics: spec.MetricsOTel,
		RateLimit: spec.RateLimit{
			Storage:       spec.LimitMemory,
			Login:         spec.Rate{Count: 10, Per: 90 * time.Second},
			Register:      spec.Rate{Count: 3, Per: 24 * time.Hour},
			Refresh:       spec.Rate{Count: 60, Per: time.Minute},
			Token:         spec.Rate{Count: 60, Per: time.Minute},
			APIKeyFailure: spec.Rate{Count: 5, Per: 10 * time.Minute},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// TestShortLife holds that defaults give way to a ttl below them.
func TestShortLife(t *testing.T) {
	s := parseValid(t, "short_life").Strategies.Session
	if s.TTL != 5*time.Minute || s.IdleTimeout != s.TTL || s.Recent != s.TTL {
		t.Errorf("got %+v, want all three to be 5m", *s)
	}
}

// TestShortKeys holds the same of keys, and that a default does not give way to
// a max_age above it.
func TestShortKeys(t *testing.T) {
	k := parseValid(t, "api_key_short_life").Strategies.APIKey
	if k.MaxAge != 2*time.Hour || k.WarnBefore != k.MaxAge/2 || k.RotationOverlap != k.MaxAge {
		t.Errorf("got %+v, want a max_age and rotation_overlap of 2h and a warn_before of 1h", *k)
	}

	k = parseValid(t, "api_key_caps").Strategies.APIKey
	if k.MaxAge != 730*24*time.Hour || k.WarnBefore != 14*24*time.Hour {
		t.Errorf("got %+v, want a max_age of 730d and a warn_before of 14d", *k)
	}
}

func TestRootPrefix(t *testing.T) {
	if got := parseValid(t, "root_prefix").HTTP.Prefix; got != "" {
		t.Errorf("prefix is %q, want none", got)
	}
}

func TestAcceptedSpecs(t *testing.T) {
	for _, good := range spectest.Valid() {
		t.Run(good.Name, func(t *testing.T) {
			checkSpec(t, parseValid(t, good.Name))
		})
	}
}

// parseValid returns the spec of the corpus with this name.
func parseValid(t *testing.T, name string) *spec.Spec {
	t.Helper()

	for _, good := range spectest.Valid() {
		if good.Name != name {
			continue
		}
		s, err := spec.Parse("authgen.yaml", []byte(good.YAML))
		if err != nil {
			t.Fatalf("Parse: %v", err)
		}
		return s
	}
	t.Fatalf("the corpus has no %s", name)

	return nil
}

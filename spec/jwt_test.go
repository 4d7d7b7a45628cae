package spec_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/authgen-go/authgen/spec"
)

func TestFullestJWT(t *testing.T) {
	s := parseValid(t, "jwt_fullest")

	want := &spec.JWT{
		Algorithm: spec.ES256,
		Issuer:    "https://id.example.com:8443/tenants/acme/",
		Audience:  []string{"https://api.example.com", "urn:example:billing", "orders"},
		AccessTTL: 30 * time.Minute,
		Claims: []spec.Claim{
			{Name: "tenant_id", Type: spec.ClaimUUID},
			{Name: "quota", Type: spec.ClaimInt64},
			{Name: "beta", Type: spec.ClaimBool},
			{Name: "https://example.com/plan", Type: spec.ClaimString},
			{Name: "urn:example:teams", Type: spec.ClaimStrings},
		},
		Refresh:    &spec.Refresh{TTL: 90 * 24 * time.Hour, IdleTTL: 30 * 24 * time.Hour},
		Revocation: spec.Revocation{Storage: spec.RevocationDatabase, MaxStaleness: 10 * time.Second},
		JWKS:       spec.JWKS{Path: "/oauth/keys.json", MaxAge: time.Hour},
	}
	if got := s.Strategies.JWT; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if got, want := s.RateLimit.Refresh, (spec.Rate{Count: 1_000_000, Per: 24 * time.Hour}); got != want {
		t.Errorf("rate_limit.refresh is %v, want %v", got, want)
	}
	if len(s.Warnings) > 0 {
		t.Errorf("warns: %v", s.Warnings)
	}
}

// TestRefreshOff holds that the word means nothing but itself, and that what
// refreshing is not about keeps its defaults.
func TestRefreshOff(t *testing.T) {
	want := defaultJWT()
	want.Refresh = nil

	for _, name := range []string{"jwt_refresh_off", "jwt_refresh_off_quoted"} {
		if got := parseValid(t, name); !reflect.DeepEqual(got, defaults(spec.Strategies{JWT: want})) {
			t.Errorf("%s: got %+v", name, got.Strategies.JWT)
		}
	}
}

// TestShortLogin holds that the default of idle_ttl gives way to a ttl below it,
// and not to one above.
func TestShortLogin(t *testing.T) {
	if r := parseValid(t, "jwt_short_login").Strategies.JWT.Refresh; r.TTL != 7*24*time.Hour || r.IdleTTL != r.TTL {
		t.Errorf("got %+v, want both to be 7d", *r)
	}
	text := "version: 1\nstrategies: {jwt: {refresh: {ttl: 60d}}}\n"
	if r := parse(t, text).Strategies.JWT.Refresh; r.TTL != 60*24*time.Hour || r.IdleTTL != 14*24*time.Hour {
		t.Errorf("got %+v, want a ttl of 60d and an idle_ttl of 14d", *r)
	}
}

// TestVerify holds what is left of a service that only verifies: what the tokens
// must be like, and where the keys are. Nothing that issues has a default.
func TestVerify(t *testing.T) {
	want := defaults(spec.Strategies{JWT: &spec.JWT{
		Issuer: "https://id.example.com",
		Leeway: 30 * time.Second,
		Verify: &spec.Verify{JWKSURL: "https://id.example.com/.well-known/jwks.json"},
	}})
	want.Users.DefaultRole = ""

	if got := parseValid(t, "jwt_verify"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestFullestVerify(t *testing.T) {
	s := parseValid(t, "jwt_verify_fullest")

	want := &spec.JWT{
		Algorithm: spec.RS256,
		Issuer:    "https://id.example.com/realms/acme",
		Audience:  []string{"orders"},
		Leeway:    time.Minute,
		Claims:    []spec.Claim{{Name: "tenant", Type: spec.ClaimString}},
		Verify:    &spec.Verify{JWKSURL: "https://id.example.com:8443/realms/acme/certs?use=sig"},
	}
	if got := s.Strategies.JWT; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if got, want := s.Users.Roles, []spec.Role{{Name: "clerk", Scopes: []string{"orders:read"}}, {Name: "admin"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("roles are %+v, want %+v", got, want)
	}
	if len(s.Warnings) > 0 {
		t.Errorf("warns: %v", s.Warnings)
	}
}

func TestIssues(t *testing.T) {
	for name, want := range map[string]bool{"smallest": false, "jwt_verify": false, "jwt_alone": true, "jwt_with_all_strategies": true} {
		if got := parseValid(t, name).Strategies.Issues(); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// TestDefaultRecent holds the constant to the default of the key.
func TestDefaultRecent(t *testing.T) {
	if got := parseValid(t, "smallest").Strategies.Session.Recent; got != spec.DefaultRecent {
		t.Errorf("recent is %v by default, want %v", got, spec.DefaultRecent)
	}
}

package spec_test

import (
	"go/token"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/spec"
)

// checkJWT holds what is true of every accepted jwt section.
func checkJWT(t testing.TB, s *spec.Spec, j spec.JWT) {
	t.Helper()

	if j.Leeway < 0 || j.Leeway > 5*time.Minute || len(j.Audience) > 20 || slices.Contains(j.Audience, "") {
		t.Errorf("leeway %v or audience %q", j.Leeway, j.Audience)
	}
	checkClaims(t, j.Claims)

	if j.Verify != nil {
		checkVerify(t, s, j)
		return
	}
	if j.AccessTTL < time.Second || j.AccessTTL > 24*time.Hour {
		t.Errorf("access tokens live %v", j.AccessTTL)
	}
	if r := j.Refresh; r != nil && (r.TTL < time.Minute || r.IdleTTL < time.Second || r.IdleTTL > r.TTL || r.TTL > 400*24*time.Hour || r.ReuseGrace < 0 || r.ReuseGrace > time.Minute) {
		t.Errorf("refresh times %+v contradict each other", *r)
	}
	if j.Revocation.MaxStaleness < 0 || j.Revocation.MaxStaleness > 5*time.Minute || j.JWKS.MaxAge < time.Second || j.JWKS.MaxAge > 24*time.Hour {
		t.Errorf("revocation %+v or key set %+v lags too far behind", j.Revocation, j.JWKS)
	}
	if p := s.HTTP.Prefix + "/"; p != "/" && strings.HasPrefix(j.JWKS.Path+"/", p) {
		t.Errorf("the key set at %s is among the endpoints at %s", j.JWKS.Path, s.HTTP.Prefix)
	}
	if r := s.RateLimit.Refresh; r.Count < 1 || r.Per < time.Second {
		t.Errorf("rate %+v limits nothing", r)
	}
}

// checkVerify holds that a service that only verifies has nothing to issue with.
func checkVerify(t testing.TB, s *spec.Spec, j spec.JWT) {
	t.Helper()

	if j.AccessTTL != 0 || j.Refresh != nil || j.Revocation != (spec.Revocation{}) || j.JWKS != (spec.JWKS{}) || s.Users.DefaultRole != "" {
		t.Errorf("%+v issues and verifies", j)
	}
	if s.Strategies.APIKey != nil || s.Strategies.Session != nil {
		t.Error("what only verifies has other strategies")
	}
	u, err := url.Parse(j.Verify.JWKSURL)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http" {
		t.Errorf("keys come from %q", j.Verify.JWKSURL)
	}
	if u.Scheme == "http" && u.Hostname() != "localhost" && u.Hostname() != "::1" && !strings.HasPrefix(u.Hostname(), "127.") {
		t.Errorf("keys come over http from %q", j.Verify.JWKSURL)
	}
}

// baseFields are what every token's claims have; an application's own stand
// beside the embedded struct.
var baseFields = []string{
	"Claims", "Issuer", "Subject", "Audience", "ExpiresAt", "NotBefore", "IssuedAt", "ID", "ClientID", "Scopes", "Roles", "Version", "AuthTime", "Family",
}

func checkClaims(t testing.TB, claims []spec.Claim) {
	t.Helper()

	types := []spec.ClaimType{spec.ClaimString, spec.ClaimInt64, spec.ClaimBool, spec.ClaimUUID, spec.ClaimStrings}
	fields, names := map[string]bool{}, map[string]bool{}
	for _, c := range claims {
		field := spec.ClaimField(c.Name)
		switch {
		case !token.IsIdentifier(field) || !token.IsExported(field):
			t.Errorf("%s would be the field %s", c.Name, field)
		case fields[field] || slices.Contains(baseFields, field):
			t.Errorf("%s would be the field %s a second time", c.Name, field)
		case names[strings.ToLower(c.Name)]:
			t.Errorf("%s is the name of another claim", c.Name)
		case !slices.Contains(types, c.Type) || len(c.Name) > 64:
			t.Errorf("claim %+v", c)
		}
		fields[field], names[strings.ToLower(c.Name)] = true, true
	}
	if len(claims) > 64 {
		t.Errorf("%d claims", len(claims))
	}
}

// TestBaseFields holds the list to the strategy's own fields: a name that Go
// would find twice cannot be one.
func TestBaseFields(t *testing.T) {
	for _, field := range baseFields {
		text := "version: 1\nstrategies: {jwt: {claims: {" + snake(field) + ": string}}}\n"
		if s, err := spec.Parse("authgen.yaml", []byte(text)); err == nil {
			t.Errorf("accepted %v, which is the field %s", reflect.ValueOf(s.Strategies.JWT.Claims), field)
		}
	}
}

// snake is a name whose field is the given one.
func snake(field string) string {
	var b strings.Builder
	for i, r := range field {
		if i > 0 && r >= 'A' && r <= 'Z' && field[i-1] >= 'a' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}

	return strings.ToLower(b.String())
}

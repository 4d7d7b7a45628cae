package spec_test

import (
	"testing"

	"github.com/authgen-go/authgen/spec"
)

// TestWarnings holds the exact words about what is allowed and yet worth a
// second look, in the order of the file.
func TestWarnings(t *testing.T) {
	const want = `authgen.yaml:2:26: warning: http.trusted_proxies[0]: the network 8.0.0.0/5 is larger than one operator's: every client in it can choose the address it is limited by
  hint: list the proxies' own networks
authgen.yaml:5:17: warning: users.default_role: registration is open and gives everyone the role "admin"
  hint: for example registration: closed
authgen.yaml:6:26: warning: users.password.min_length: below 15 characters a password needs a second factor, and authgen does not ask for one
  hint: for example min_length: 15
authgen.yaml:8:18: warning: strategies.session.ttl: sessions live 90d, and so does a stolen cookie
  hint: for example ttl: 30d
authgen.yaml:8:37: warning: strategies.session.idle_timeout: sessions end after 30s without a request, which is for tests
authgen.yaml:8:51: warning: strategies.session.storage: sessions are kept in one process and end with it
  hint: for example storage: database
authgen.yaml:9:21: warning: rate_limit.login: 200/1m allows more than 100 guesses a minute at one account
  hint: for example login: 5/1m
authgen.yaml:9:46: warning: rate_limit.api_key_failure: has no effect without api_key
  hint: remove it, or add api_key: {} under strategies`

	if got := parseValid(t, "warnings").Warnings.Error(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestWarningsOfAPIKeys holds the words about keys without logins. What has no
// effect is not warned about for what it would do.
func TestWarningsOfAPIKeys(t *testing.T) {
	const want = `authgen.yaml:3:20: warning: http.trusted_origins: has no effect without session
  hint: remove it, or add session: {} under strategies
authgen.yaml:7:17: warning: users.registration: has no effect without session or jwt
  hint: remove it, or add session: {} or jwt: {} under strategies
authgen.yaml:9:22: warning: strategies.api_key.max_age: keys end after 30s, which is for tests
authgen.yaml:9:42: warning: strategies.api_key.max_staleness: a revoked key works for up to 2m
  hint: for example max_staleness: 10s
authgen.yaml:10:21: warning: rate_limit.login: has no effect without session or jwt
  hint: remove it, or add session: {} or jwt: {} under strategies
authgen.yaml:10:39: warning: rate_limit.register: has no effect without session or jwt
  hint: remove it, or add session: {} or jwt: {} under strategies`

	if got := parseValid(t, "api_key_warnings").Warnings.Error(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestWarningsOfKeptSessions holds the word about sessions that work on after their end.
func TestWarningsOfKeptSessions(t *testing.T) {
	const want = `authgen.yaml:2:39: warning: strategies.session.max_staleness: a session that was ended works for up to 2m
  hint: for example max_staleness: 10s`

	s, err := spec.Parse("authgen.yaml", []byte("version: 1\nstrategies: {session: {max_staleness: 2m}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Warnings.Error(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestWarningsOfJWTs holds the words about tokens that live or work too long, that
// others can make, and that are for tests.
func TestWarningsOfJWTs(t *testing.T) {
	const want = `authgen.yaml:4:16: warning: strategies.jwt.algorithm: whoever verifies tokens of HS256 can also issue them, and no keys are published
  hint: for example algorithm: EdDSA
authgen.yaml:5:17: warning: strategies.jwt.access_ttl: a stolen access token works for up to 2h, unless it is revoked before
  hint: for example access_ttl: 15m
authgen.yaml:7:27: warning: strategies.jwt.revocation.storage: what was revoked is kept in one process; a restart ends every access token
  hint: for example storage: database
authgen.yaml:7:50: warning: strategies.jwt.revocation.max_staleness: a revoked access token works for up to 2m
  hint: for example max_staleness: 10s
authgen.yaml:8:11: warning: strategies.jwt.jwks: has no effect with HS256, which has no public keys
  hint: remove it
authgen.yaml:9:43: warning: users.default_role: registration is open and gives everyone the role "admin"
  hint: for example registration: closed
authgen.yaml:10:25: warning: http.trusted_origins: has no effect without session
  hint: remove it, or add session: {} under strategies
authgen.yaml:11:21: warning: rate_limit.login: 200/1m allows more than 100 guesses a minute at one account
  hint: for example login: 5/1m
authgen.yaml:11:38: warning: rate_limit.refresh: has no effect with refresh: off
  hint: remove it
authgen.yaml:11:61: warning: rate_limit.api_key_failure: has no effect without api_key
  hint: remove it, or add api_key: {} under strategies`

	if got := parseValid(t, "jwt_warnings").Warnings.Error(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}

	const ofTests = `authgen.yaml:2:32: warning: strategies.jwt.access_ttl: access tokens end after 9s, which is for tests
authgen.yaml:2:51: warning: strategies.jwt.refresh.ttl: logins end after 59m, which is for tests`

	if got := parseValid(t, "jwt_warnings_of_tests").Warnings.Error(); got != ofTests {
		t.Errorf("got:\n%s\nwant:\n%s", got, ofTests)
	}
}

// TestGEN01_WarningsOfVerifiers holds what is said about where keys come from, and
// about what a service that only verifies has no use for.
// SECURITY GEN-01.
func TestGEN01_WarningsOfVerifiers(t *testing.T) {
	const want = `authgen.yaml:2:22: warning: output.migrations: has no effect with jwt.verify, which stores nothing
  hint: remove it
authgen.yaml:2:44: warning: output.migration_format: has no effect with jwt.verify, which stores nothing
  hint: remove it
authgen.yaml:3:25: warning: http.trusted_origins: has no effect with jwt.verify, which sets no cookie
  hint: remove it
authgen.yaml:8:17: warning: strategies.jwt.verify.jwks_url: keys are fetched over http, which is for one machine
  hint: for example jwks_url: https://id.example.com/.well-known/jwks.json
authgen.yaml:9:33: warning: strategies.jwt.verify.insecure_private_network: keys are fetched from private networks too: whoever controls the name in jwks_url chooses whom this service asks there
  hint: leave it out when the issuer has a public address`

	if got := parseValid(t, "jwt_verify_warnings").Warnings.Error(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestWarningOfRefreshWithoutJWT holds that its limit is not taken for one of
// sessions.
func TestWarningOfRefreshWithoutJWT(t *testing.T) {
	const want = `authgen.yaml:3:23: warning: rate_limit.refresh: has no effect without jwt
  hint: remove it, or add jwt: {} under strategies`

	text := "version: 1\nstrategies: {session: {}}\nrate_limit: {refresh: 60/1m}\n"
	if got := parse(t, text).Warnings.Error(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestNoWarnings holds that what is fine stays unremarked.
func TestNoWarnings(t *testing.T) {
	for _, text := range []string{
		"version: 1\nstrategies: {api_key: {}}\nhttp: {trusted_origins: []}\nusers: {roles: {admin: []}, default_role: admin}\nrate_limit: {api_key_failure: 1/1s}\n",
		"version: 1\nstrategies: {jwt: {access_ttl: 1h, refresh: {ttl: 1h}, revocation: {max_staleness: 1m}, jwks: {max_age: 1h}}}\nusers: {registration: open}\n" +
			"rate_limit: {login: 5/1m, register: 1/1h, refresh: 1/1s}\n",
		"version: 1\nstrategies: {jwt: {access_ttl: 10s, refresh: off}}\nhttp: {trusted_origins: []}\n",
		"version: 1\nstrategies: {jwt: {issuer: a, verify: {jwks_url: https://a.example}}}\nhttp: {prefix: /id, trusted_proxies: [10.0.0.0/8]}\nusers: {roles: {admin: []}}\n",
		"version: 1\nstrategies: {session: {}, api_key: {max_staleness: 1m, max_age: 1m}}\nusers: {registration: open}\n" +
			"rate_limit: {login: 5/1m, register: 1/1h, api_key_failure: 1/1s}\nhttp: {trusted_origins: [https://app.example.com]}\n",
	} {
		s, err := spec.Parse("authgen.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Warnings) > 0 {
			t.Errorf("%s\nwarns:\n%v", text, s.Warnings)
		}
	}
}

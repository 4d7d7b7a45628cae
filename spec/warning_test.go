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
authgen.yaml:7:17: warning: users.registration: has no effect without session
  hint: remove it, or add session: {} under strategies
authgen.yaml:9:22: warning: strategies.api_key.max_age: keys end after 30s, which is for tests
authgen.yaml:9:42: warning: strategies.api_key.max_staleness: a revoked key works for up to 2m
  hint: for example max_staleness: 10s
authgen.yaml:10:21: warning: rate_limit.login: has no effect without session
  hint: remove it, or add session: {} under strategies
authgen.yaml:10:39: warning: rate_limit.register: has no effect without session
  hint: remove it, or add session: {} under strategies`

	if got := parseValid(t, "api_key_warnings").Warnings.Error(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestNoWarnings holds that what is fine stays unremarked.
func TestNoWarnings(t *testing.T) {
	for _, text := range []string{
		"version: 1\nstrategies: {api_key: {}}\nhttp: {trusted_origins: []}\nusers: {roles: {admin: []}, default_role: admin}\nrate_limit: {api_key_failure: 1/1s}\n",
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

package spec_test

import "testing"

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
  hint: for example login: 5/1m`

	if got := parseValid(t, "warnings").Warnings.Error(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

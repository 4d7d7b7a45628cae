package gocode

import (
	"strings"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// What is kept in Redis.
func (d textData) SessionInRedis() bool { return d.Session != nil && d.Session.InRedis }
func (d textData) JWTInRedis() bool     { return d.JWT != nil && d.JWT.InRedis }

// maxAttempts bounds the limits that a test uses up.
const maxAttempts = 50

// LimitsLogins reports whether logins are counted in Redis, and whether a test can use
// the limit up.
func (d textData) LimitsLogins() bool {
	return d.Limits.InRedis && d.Logins() && d.Limits.Login.Count <= maxAttempts
}

// What several processes agree on, and at once: what is in memory, or kept there for a
// while, is of one process.
func (d textData) ReplicasSession() bool {
	return d.Session != nil && !d.Session.InMemory && d.Session.MaxStaleness == 0
}
func (d textData) ReplicasTokens() bool {
	return d.Issues() && !d.JWT.InMemory && d.JWT.MaxStaleness == 0
}
func (d textData) ReplicasRefresh() bool {
	return d.Issues() && d.JWT.Refresh != nil && d.JWT.Refresh.Grace > 0
}
func (d textData) ReplicasKeys() bool {
	return d.APIKey != nil && d.APIKey.MaxStaleness == 0 && d.APIKey.RateLimit.Count >= 4
}

// replicaTests reports whether there is anything that several processes agree on, and
// with it the tests that need two.
func replicaTests(m *model.Model) bool {
	d := textData{m}
	return withTests(m) && (d.ReplicasSession() || d.ReplicasTokens() || d.ReplicasRefresh() || d.ReplicasKeys() || d.LimitsLogins())
}

// TestVariables are the variables of the environment that tests need, and what of, "" if
// there are none.
func (d textData) TestVariables() string {
	var needs []string
	if d.Database != spec.SQLite {
		needs = append(needs, "TEST_DATABASE_URL, a DATABASE_URL for tests")
	}
	if d.Redis() {
		needs = append(needs, "TEST_REDIS_URL, a REDIS_URL for tests")
	}
	return strings.Join(needs, ", and ")
}

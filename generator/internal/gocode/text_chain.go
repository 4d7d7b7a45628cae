package gocode

import (
	"fmt"
	"slices"
	"time"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// StrategiesEnd reports whether a strategy that acts on requests is on its way out.
func (d textData) StrategiesEnd() bool {
	return slices.ContainsFunc(d.Strategies, func(s model.Strategy) bool { return s.Deprecated != nil })
}

// GoDate is a field of a literal with a midnight, as Go source.
func (d textData) GoDate(field string, t time.Time) string {
	return fmt.Sprintf("%s: %#v", field, midnight(t))
}

// GoTime is a midnight as Go source.
func (d textData) GoTime(t time.Time) string { return fmt.Sprintf("%#v", midnight(t)) }

// ClockStart is what the clock of tests stands at first, as Go source: long before any
// strategy ends, so that a test meets an end only when it moves the clock there.
func (d textData) ClockStart() string {
	start := time.Date(2030, time.January, 15, 12, 0, 0, 0, time.UTC)
	for _, end := range d.ends() {
		if before := end.Since.AddDate(-5, 0, 0).Add(12 * time.Hour); before.Before(start) {
			start = before
		}
	}
	return fmt.Sprintf("time.Date(%d, time.%s, %d, 12, 0, 0, 0, time.UTC)", start.Year(), start.Month(), start.Day())
}

func (d textData) ends() []*model.Deprecated {
	var ends []*model.Deprecated
	for _, s := range d.Strategies {
		if s.Deprecated != nil {
			ends = append(ends, s.Deprecated)
		}
	}
	if d.OAuthDeprecated != nil {
		ends = append(ends, d.OAuthDeprecated)
	}
	return ends
}

// ExchangeIsRecent reports whether a test can let a login grow old before it is
// exchanged.
func (d textData) ExchangeIsRecent() bool {
	const moment = 2 * time.Second
	if d.Session.Recent < moment || d.Session.IdleTimeout < moment || d.JWT.AccessTTL < moment {
		return false
	}
	return (!d.ExchangesForTokens || d.Session.IdleTimeout > d.Session.Recent) &&
		(!d.ExchangesForSession || d.JWT.AccessTTL > d.Session.Recent)
}

// ContractRole is a role whose scopes a key can be given, "" for none: of strategies that
// share a contract, a credential of each can have the same rights.
func (d textData) ContractRole() string {
	if len(d.Scopes) == 0 {
		return ""
	}
	return d.RoleWithFirstScope()
}

// ContractScopes are the scopes of the ContractRole.
func (d textData) ContractScopes() []string {
	for _, r := range d.Roles {
		if r.Name == d.ContractRole() {
			return r.Scopes
		}
	}
	return nil
}

// LoginPaths are where people log in with a password and do not end.
func (d textData) LoginPaths() []string {
	var paths []string
	if d.JWT != nil && d.JWT.Deprecated == nil {
		paths = append(paths, d.Prefix+"/token")
	}
	if d.Session != nil && d.Session.Deprecated == nil {
		paths = append(paths, d.Prefix+"/session")
	}
	return paths
}

// A testedPolicy is a policy with what a test needs to know of those whom it lets
// through.
type testedPolicy struct {
	model.Policy
	Accepts   []string // constants of strategies
	UserRoles []string // constants of roles that have every right together
	KeyScopes []string // constants of scopes that give a key every right
	NoKey     bool     // whether no key can have every right
	Limited   string   // constant of a strategy by which a test can use the limit up; "" for none
}

// maxRequests bounds how often a test asks to use a limit up.
const maxRequests = 100

// TestedPolicies are the policies that a user can get through. Those for machines alone
// are left out.
func (d textData) TestedPolicies() []testedPolicy {
	var list []testedPolicy
	for _, p := range d.Policies {
		if t, ok := d.testedPolicy(p); ok {
			list = append(list, t)
		}
	}
	return list
}

// MachinePolicies are the policies that a machine can get through and that ask for a scope.
func (d textData) MachinePolicies() []verifiedPolicy {
	if d.Server == nil {
		return nil
	}
	return slices.DeleteFunc(d.VerifiedPolicies(), func(p verifiedPolicy) bool {
		accepts := len(p.Strategies) == 0 || slices.Contains(p.Strategies, "StrategyJWT")
		return !accepts || len(p.Roles) > 0 || len(p.Scopes) == 0
	})
}

func (d textData) testedPolicy(p model.Policy) (testedPolicy, bool) {
	t := testedPolicy{Policy: p, Accepts: p.Strategies}
	if len(t.Accepts) == 0 {
		for _, s := range d.Strategies {
			t.Accepts = append(t.Accepts, s.Name)
		}
	}
	for _, right := range p.Rights {
		i := slices.IndexFunc(d.Roles, func(r model.Role) bool { return r.Name == right || slices.Contains(r.Scopes, right) })
		if i < 0 {
			return t, false
		}
		role := d.Roles[i]
		if j := slices.IndexFunc(d.Roles, func(r model.Role) bool { return r.Name == right }); j >= 0 {
			role = d.Roles[j]
		}
		t.NoKey = t.NoKey || len(role.Scopes) == 0 && d.APIKey != nil
		t.UserRoles = appendNew(t.UserRoles, role.Name)
		t.KeyScopes = appendNew(t.KeyScopes, role.Scopes...)
	}
	for _, s := range t.Accepts {
		if s != "StrategyAPIKey" && p.RateLimit.Count > 0 && p.RateLimit.Count <= maxRequests {
			t.Limited = s
		}
	}
	return t, true
}

// A verifiedPolicy is a policy with the rights that a token needs for it, where whoever
// issues it can give it any: to a machine, or elsewhere.
type verifiedPolicy struct {
	model.Policy
	Roles, Scopes []string // constants
	Limited       bool     // whether a test can use the limit up
}

// VerifiedPolicies are the policies by what a token needs for them.
func (d textData) VerifiedPolicies() []verifiedPolicy {
	var list []verifiedPolicy
	for _, p := range d.Policies {
		v := verifiedPolicy{Policy: p, Limited: p.RateLimit.Count > 0 && p.RateLimit.Count <= maxRequests}
		for _, right := range p.Rights {
			if slices.ContainsFunc(d.Roles, func(r model.Role) bool { return r.Name == right }) {
				v.Roles = append(v.Roles, right)
			} else {
				v.Scopes = append(v.Scopes, right)
			}
		}
		list = append(list, v)
	}
	return list
}

func appendNew(list []string, more ...string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

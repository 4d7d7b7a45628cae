package model

import (
	"cmp"
	"slices"
	"time"

	"github.com/authgen-go/authgen/spec"
)

// Deprecated is the dated end of a strategy.
type Deprecated struct {
	Since  time.Time
	Sunset time.Time
	Link   string
}

// A Policy is a named guard of the application's routes.
type Policy struct {
	Name       string   // orders_read
	Method     string   // OrdersRead
	Strategies []string // constants of those that are accepted; none for all
	Rights     []string // constants of the roles and scopes that are needed
	RateLimit  spec.Rate
	Doc        string // what it asks for, as the end of "… lets a request pass that …"
}

func buildDeprecated(d *spec.Deprecated) *Deprecated {
	if d == nil {
		return nil
	}
	return &Deprecated{Since: d.Since, Sunset: d.Sunset, Link: d.Link}
}

// inOrder sorts strategies as credentials are looked for.
func inOrder(strategies []Strategy, order []string) {
	slices.SortStableFunc(strategies, func(a, b Strategy) int {
		return cmp.Compare(slices.Index(order, a.Value), slices.Index(order, b.Value))
	})
}

func buildPolicies(s *spec.Spec, strategies []Strategy) []Policy {
	constants := make(map[string]string, len(strategies))
	for _, strategy := range strategies {
		constants[strategy.Value] = strategy.Name
	}
	policies := make([]Policy, 0, len(s.Policies))
	for _, p := range s.Policies {
		out := Policy{Name: p.Name, Method: spec.GoName(p.Name), RateLimit: p.RateLimit}
		if len(p.Strategies) < len(strategies) {
			for _, name := range p.Strategies {
				out.Strategies = append(out.Strategies, constants[name])
			}
		}
		for _, role := range p.Roles {
			out.Rights = append(out.Rights, roleConst(role))
		}
		for _, scope := range p.Scopes {
			out.Rights = append(out.Rights, scopeConst(scope))
		}
		policies = append(policies, out)
	}
	return policies
}

func scopeConst(name string) string { return "Scope" + spec.GoName(name) }

// Deprecates reports whether any strategy is on its way out.
func (m *Model) Deprecates() bool {
	return m.OAuthDeprecated != nil || slices.ContainsFunc(m.Strategies, func(s Strategy) bool { return s.Deprecated != nil })
}

// Flows reports whether there are logins through providers or a token endpoint.
func (m *Model) Flows() bool { return m.OAuth != nil || m.Server != nil }

// Exchanges reports whether a credential can be exchanged for one of another kind.
func (m *Model) Exchanges() bool { return m.ExchangesForTokens || m.ExchangesForSession }

// Quotas reports whether any policy has a limit of its own.
func (m *Model) Quotas() bool {
	return slices.ContainsFunc(m.Policies, func(p Policy) bool { return p.RateLimit.Count > 0 })
}

// Without returns a model that lacks the strategy called name, as far as that decides
// which files there are.
func (m *Model) Without(name string) *Model {
	less := *m
	less.ExchangesForTokens, less.ExchangesForSession = false, false
	switch name {
	case spec.APIKeyStrategy:
		less.APIKey = nil
	case spec.JWTStrategy:
		less.JWT, less.Server = nil, nil
	case spec.SessionStrategy:
		less.Session = nil
	case "oauth":
		less.OAuth, less.Server, less.UsedTable, less.OAuthDeprecated = nil, nil, "", nil
	}
	less.Strategies = slices.DeleteFunc(slices.Clone(m.Strategies), func(s Strategy) bool { return s.Value == name })
	return &less
}

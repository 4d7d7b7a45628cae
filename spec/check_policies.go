package spec

import (
	"slices"
	"strings"
)

// checkPolicies holds that each policy has a Go name of its own and that there can be
// somebody whom it lets through.
func (w *walker) checkPolicies() {
	const policies = "policies"

	names := make([]string, len(w.spec.Policies))
	for i, p := range w.spec.Policies {
		names[i] = p.Name
		at := join(policies, p.Name)
		if w.sound(at) && slices.Contains(takenNames(), GoName(p.Name)) {
			w.refuseAt(at, fault{
				message: "expected a name that the generated package does not use, found " + quote(p.Name) + ", which would be the method " + GoName(p.Name),
				hint:    "for example " + p.Name + "_policy",
			})
		}
		w.checkPolicy(at, &w.spec.Policies[i])
	}
	if w.sound(policies) {
		w.refuseSameName("method", "", names, func(i int) string { return join(policies, names[i]) })
	}
}

// takenNames are the exported fields and methods of the generated Auth.
func takenNames() []string {
	return []string{
		"APIKeys", "Clients", "Close", "Identities", "LimitHits", "LostEvents", "Mount", "Optional", "ProviderTokens", "Ready", "Require", "RequirePage",
		"Sessions", "Tokens", "Usage", "Users",
	}
}

func (w *walker) checkPolicy(at string, p *Policy) {
	strategies, acting := join(at, "strategies"), w.spec.Strategies.Acting()
	if w.sound(strategies, "strategies") {
		for i, name := range p.Strategies {
			if !slices.Contains(acting, name) {
				w.refuseAt(index(strategies, i), fault{
					message: "expected a strategy that is picked, found " + quote(name) + ": no credential would get through by it",
					hint:    "remove it, or add " + name + ": {} under strategies",
				})
			}
		}
	}
	w.checkPolicyScopes(join(at, "scopes"), p)
	w.checkPolicyRoles(join(at, "roles"), p)
	if w.sound(at, "order", "strategies") {
		p.Strategies = slices.DeleteFunc(slices.Clone(w.spec.Order), func(name string) bool {
			return len(p.Strategies) > 0 && !slices.Contains(p.Strategies, name)
		})
	}
	if w.sound(at, "strategies", "scopes", "users.roles") {
		w.checkPolicySatisfiable(at, *p)
		w.warnPolicyEnds(at, *p)
	}
}

func (w *walker) checkPolicyScopes(at string, p *Policy) {
	if !w.sound(at, "scopes") {
		return
	}
	for i, scope := range p.Scopes {
		if slices.Contains(w.spec.Scopes, scope) {
			continue
		}
		f := fault{message: "unknown scope " + quote(scope) + didYouMean(scope, w.spec.Scopes), hint: "a policy asks for scopes that are listed under scopes"}
		if len(w.spec.Scopes) == 0 {
			f.hint = "for example scopes: [" + scope + "]"
		}
		w.refuseAt(index(at, i), f)
	}
}

func (w *walker) checkPolicyRoles(at string, p *Policy) {
	if !w.sound(at, "users.roles") {
		return
	}
	names := make([]string, len(w.spec.Users.Roles))
	for i, r := range w.spec.Users.Roles {
		names[i] = r.Name
	}
	for i, role := range p.Roles {
		if !slices.Contains(names, role) {
			w.refuseAt(index(at, i), fault{
				message: "unknown role " + quote(role) + didYouMean(role, names) + ", expected one of users.roles: " + cut(strings.Join(names, ", ")),
				hint:    "for example roles: [" + names[0] + "]",
			})
		}
	}
}

// warnPolicyEnds is about a policy that would let nobody through any more while others do.
func (w *walker) warnPolicyEnds(at string, p Policy) {
	if len(p.Strategies) == len(w.spec.Strategies.Acting()) {
		return // see warnNothingStays
	}
	last := ""
	for _, name := range p.Strategies {
		d := w.spec.Strategies.Deprecation(name)
		if d == nil {
			return
		}
		last = max(last, d.Sunset.Format(dateLayout))
	}
	w.warnAt(join(at, "strategies"), fault{
		message: "every strategy that this policy accepts is deprecated (" + strings.Join(p.Strategies, ", ") + "): from " + last + " on it lets nobody through",
		hint:    "accept the strategy that comes instead as well",
	})
}

// checkPolicySatisfiable holds that a credential is possible that has all that a policy
// asks for. Whoever issues the tokens that a service only verifies may give them
// anything.
func (w *walker) checkPolicySatisfiable(at string, p Policy) {
	s := w.spec.Strategies
	if s.JWT != nil && s.JWT.Verify != nil {
		return
	}
	// A machine has no roles, and of scopes any that its client was given.
	machine := s.serves() && slices.Contains(p.Strategies, JWTStrategy) && len(p.Roles) == 0
	if !machine {
		for i, scope := range p.Scopes {
			if !w.heldByARole(scope) {
				w.refuseAt(index(join(at, "scopes"), i), fault{
					message: "no credential that this policy accepts can hold the scope " + quote(scope) + ": no role holds it",
					hint:    "for example " + w.spec.Users.Roles[0].Name + ": [" + scope + "] under users.roles",
				})
			}
		}
	}
	if !slices.Equal(p.Strategies, []string{APIKeyStrategy}) {
		return
	}
	for i, role := range p.Roles {
		if len(w.scopesOf(role)) == 0 {
			w.refuseAt(index(join(at, "roles"), i), fault{
				message: "no API key can have the role " + quote(role) + ": a key has a role whose scopes it holds, and this one has none",
				hint:    "accept another strategy, or ask for a scope instead",
			})
		}
	}
}

func (w *walker) heldByARole(scope string) bool {
	return slices.ContainsFunc(w.spec.Users.Roles, func(r Role) bool { return slices.Contains(r.Scopes, scope) })
}

func (w *walker) scopesOf(role string) []string {
	for _, r := range w.spec.Users.Roles {
		if r.Name == role {
			return r.Scopes
		}
	}

	return nil
}

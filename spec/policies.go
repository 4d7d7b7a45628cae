package spec

import "fmt"

// A Policy is a named guard of the application's routes.
type Policy struct {
	Name       string
	Strategies []string // that are accepted; in the order in which they are asked
	Scopes     []string // all of which are needed
	Roles      []string // all of which are needed
	RateLimit  Rate     // of each who acts; zero for none
}

// A policyMap is a mapping from the names of policies to what each asks for, empty by
// default.
type policyMap struct {
	name form[string]
	max  int
}

func policyForm() form[string] {
	return textForm("a policy such as orders_read (a lower-case letter, then letters, digits and _, at most 64 characters)", `^[a-z][a-z0-9_]*$`, maxName, nil)
}

func (m policyMap) decode(w *walker, path string, n *node, line string) {
	switch {
	case n.kind == kindNull:
		return
	case n.kind != kindMapping:
		w.refuse(path, n.pos, "expected a mapping from policy to what it asks for, found "+n.describe(), "for example "+line)
		return
	case len(n.pairs) > m.max:
		w.refuse(path, n.pos, fmt.Sprintf("expected at most %d policies, found %d", m.max, len(n.pairs)), "for example "+line)
		return
	}

	for _, p := range n.pairs {
		at := join(path, p.key)
		w.at[at] = p.pos
		if _, wrong := m.name.read(&node{kind: kindText, text: p.key}, p.key, line); wrong != nil {
			w.refuse(at, p.pos, wrong.message, wrong.hint)
		}
		w.spec.Policies = append(w.spec.Policies, Policy{Name: p.key})
		policySection(len(w.spec.Policies)-1).decode(w, at, p.value, p.key+": {strategies: [jwt]}")
	}
}

// policySection is what the policy at index i asks for.
func policySection(i int) section {
	at := func(s *Spec) *Policy { return &s.Policies[i] }

	return section{fields: []field{
		{
			key: "strategies", example: "[jwt, api_key]",
			doc:   "The strategies that are accepted; empty for all that are picked. A request whose first credential is of another one is answered 401.",
			value: list{strategyForm(), maxStrategies, func(s *Spec) *[]string { return &at(s).Strategies }},
		},
		{
			key: "scopes", example: "[orders:read]",
			doc:   "The scopes that are needed, all of them.",
			value: list{scopeForm(), maxScopes, func(s *Spec) *[]string { return &at(s).Scopes }},
		},
		{
			key: "roles", example: "[admin]",
			doc:   "The roles that are needed, all of them.",
			value: list{roleForm(), maxRoles, func(s *Spec) *[]string { return &at(s).Roles }},
		},
		{
			key: "rate_limit", example: "100/1m",
			doc:   "Requests of each who acts, a user or a machine, through this policy; counted where rate_limit.storage says.",
			value: scalar[Rate]{rateOrOff(rateForm(maxKeyCount)), off, func(s *Spec) *Rate { return &at(s).RateLimit }},
		},
	}}
}

func (policyMap) absent(*walker) {}

func (policyMap) sample() string { return "{}" }

func (m policyMap) describe(out *schema) {
	name, settings := &schema{}, &schema{}
	m.name.describe(name)
	policySection(0).describe(settings)

	out.Type = jsonTypes{"object", "null"}
	out.PropertyNames = name
	out.Additional = &additional{settings}
	out.MaxProperties = m.max
}

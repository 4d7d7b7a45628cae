package spec

import "fmt"

// A providerMap is a mapping from the names of providers to what is particular about
// each, empty by default.
type providerMap struct {
	name form[string]
	max  int
}

func (m providerMap) decode(w *walker, path string, n *node, line string) {
	switch {
	case n.kind == kindNull:
		return
	case n.kind != kindMapping:
		w.refuse(path, n.pos, "expected a mapping from provider to its settings, found "+n.describe(), "for example "+line)
		return
	case len(n.pairs) > m.max:
		w.refuse(path, n.pos, fmt.Sprintf("expected at most %d providers, found %d", m.max, len(n.pairs)), "for example "+line)
		return
	}

	for _, p := range n.pairs {
		at := join(path, p.key)
		w.at[at] = p.pos
		if _, wrong := m.name.read(&node{kind: kindText, text: p.key}, p.key, line); wrong != nil {
			w.refuse(at, p.pos, wrong.message, wrong.hint)
		}
		list := &w.spec.Strategies.OAuth.Providers
		*list = append(*list, OAuthProvider{Name: p.key})
		providerSection(len(*list)-1).decode(w, at, p.value, p.key+": {}")
	}
}

// providerSection is what can be said of the provider at index i.
func providerSection(i int) section {
	at := func(s *Spec) *OAuthProvider { return &s.Strategies.OAuth.Providers[i] }

	return section{fields: []field{
		{
			key: "issuer", example: "https://id.example.com",
			doc:   "The provider's identifier: where its OpenID Connect metadata are found. AUTH_OAUTH_<PROVIDER>_ISSUER in the environment overrides it.",
			value: scalar[string]{providerIssuerForm(), "", func(s *Spec) *string { return &at(s).Issuer }},
		},
		{
			key: "scopes", example: "[openid, email, profile]",
			doc:   "What the provider is asked for. Empty, it is what a login takes.",
			value: list{providerScopeForm(), maxScopes, func(s *Spec) *[]string { return &at(s).Scopes }},
		},
	}}
}

func (providerMap) absent(*walker) {}

func (providerMap) sample() string { return "{}" }

func (m providerMap) describe(out *schema) {
	name, settings := &schema{}, &schema{}
	m.name.describe(name)
	providerSection(0).describe(settings)

	out.Type = jsonTypes{"object", "null"}
	out.PropertyNames = name
	out.Additional = &additional{settings}
	out.MaxProperties = m.max
}

package spectest

import (
	"time"

	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/spec"
)

// oauth draws logins through providers, which give a session or, where they must, a
// token, and with an issuer of tokens beside it a token endpoint for machines.
func (d drawer) oauth(issues bool) entry {
	server := mapping("server", d.optional("server",
		word("token_ttl", d.duration(d.seconds("token_ttl", 1, 86400))),
		word("secret_overlap", d.duration(d.seconds("secret_overlap", 0, int(30*day/time.Second)))),
	)...)
	if issues && d.chance("server alone") {
		return mapping("oauth", server)
	}
	entries := []entry{mapping("providers", d.providers()...)}
	entries = append(entries, d.optional("oauth",
		word("link_by_email", d.pick("link_by_email", "never", "verified")),
		word("keep_tokens", d.pick("keep_tokens", "true", "false")),
	)...)
	if issues {
		entries = append(entries, word("issue", "jwt"))
		entries = append(entries, d.optional("oauth server", server)...)
	}
	return mapping("oauth", entries...)
}

func (d drawer) providers() []entry {
	known := rapid.SliceOfNDistinct(rapid.SampledFrom(spec.KnownProviders()), 0, 3, rapid.ID[string]).Draw(d.t, "known providers")
	entries := make([]entry, 0, len(known)+1)
	for _, name := range known {
		entries = append(entries, mapping(name, d.optional(name, d.providerScopes())...))
	}
	if len(entries) == 0 || d.chance("another provider") {
		name := d.match("provider", `x[a-z0-9_]{0,20}`)
		issuer := d.pick("provider issuer", "https://id.acme.example", "http://localhost:9000", "http://127.0.0.1:9000/realms/a", "https://id.acme.example/x/")
		entries = append(entries, mapping(name, append(d.optional(name, d.providerScopes()), entry{key: "issuer", text: issuer})...))
	}
	return entries
}

func (d drawer) providerScopes() entry {
	scope := rapid.SampledFrom([]string{"openid", "email", "profile", "read:user", "https://example.com/read"})
	return entry{key: "scopes", isList: true, list: rapid.SliceOfNDistinct(scope, 0, 4, rapid.ID[string]).Draw(d.t, "provider scopes")}
}

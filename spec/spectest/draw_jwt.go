package spectest

import (
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/spec"
)

// issuer draws a service that makes its own tokens.
func (d drawer) issuer() entry {
	return mapping("jwt", d.optional("jwt",
		word("algorithm", d.algorithm("HS256", "RS256", "ES256", "EdDSA")),
		entry{key: "issuer", text: d.name("issuer")},
		d.audience(),
		word("access_ttl", d.duration(d.seconds("access_ttl", 1, 86400))),
		d.leeway(),
		d.claims(),
		d.refresh(),
		mapping("revocation", d.optional("revocation",
			word("storage", d.pick("revocation storage", "database", "redis", "memory")),
			word("max_staleness", d.duration(d.seconds("token staleness", 0, 300))),
		)...),
		mapping("jwks", d.optional("jwks",
			entry{key: "path", text: d.keySet()},
			word("max_age", d.duration(d.seconds("jwks max_age", 1, 86400))),
		)...),
	)...)
}

// verifier draws a document that only verifies the tokens of another issuer.
func (d drawer) verifier(scopes []string) entry {
	strategy := mapping("jwt", append(
		[]entry{
			{key: "issuer", text: d.name("issuer")},
			mapping("verify", append(d.optional("verify", word("insecure_private_network", d.pick("private", "true", "false"))), entry{key: "jwks_url", text: d.keysURL()})...),
		},
		d.optional("jwt", word("algorithm", d.algorithm("RS256", "ES256", "EdDSA")), d.audience(), d.leeway(), d.claims())...)...)

	return mapping("", append(
		[]entry{{key: "version", text: "1", bare: true}, mapping("strategies", strategy), {key: "scopes", isList: true, list: scopes}},
		d.optional("",
			mapping("output", d.output()...),
			mapping("http", d.http()...),
			mapping("users", d.roles(d.names("roles", 1, 6), scopes)),
			d.metrics(),
		)...)...)
}

func (d drawer) algorithm(among ...string) string { return d.pick("algorithm", among...) }

func (d drawer) leeway() entry { return word("leeway", d.duration(d.seconds("leeway", 0, 300))) }

// name draws what is a StringOrURI.
func (d drawer) name(label string) string {
	return d.pick(label, "https://id.example.com", "http://localhost:8080/", "accounts.example", "urn:example:api", "true", "1e3", strings.Repeat("a", 255),
		d.match("any "+label, `[A-Za-z0-9._~/@?=&%+-]{1,40}`),
		d.match("any URL as "+label, `https?://[a-z]{1,10}(\.[a-z]{2,6}){1,2}(:[1-9][0-9]{0,3})?(/[A-Za-z0-9._~-]{0,8}){0,3}`))
}

func (d drawer) audience() entry {
	name := rapid.Custom(func(t *rapid.T) string { return drawer{t}.name("audience") })

	return entry{key: "audience", isList: true, list: rapid.SliceOfNDistinct(name, 0, 20, rapid.ID[string]).Draw(d.t, "audience")}
}

// claims draws names that no token has yet and that differ as Go fields, also for
// those who do not tell letter case.
func (d drawer) claims() entry {
	name := rapid.OneOf(
		rapid.SampledFrom([]string{"tenant", "user_id", "tenantId", "email", "true", "null", "x:", "https://example.com/plan", "kubernetes.io/namespace", strings.Repeat("z", 64)}),
		rapid.StringMatching(`(https?://[a-z]{1,10}\.example/|[A-Za-z][A-Za-z0-9_.:/-]{0,10}/)?(app|X|team2)[A-Za-z0-9_.:-]{0,20}`),
	)
	names := rapid.SliceOfNDistinct(name, 0, 8, func(name string) string { return strings.ToLower(spec.ClaimField(name)) }).Draw(d.t, "claims")

	entries := make([]entry, len(names))
	for i, name := range names {
		entries[i] = entry{key: name, text: d.pick("type of "+name, "string", "int64", "bool", "uuid", "[]string")}
	}

	return mapping("claims", entries...)
}

func (d drawer) refresh() entry {
	if d.chance("refresh: off") {
		return word("refresh", d.pick("off", "off", "'off'", `"off"`))
	}

	life := int(30 * day / time.Second) // the default
	entries := []entry{}
	if d.chance("refresh.ttl") {
		life = d.seconds("refresh.ttl", 60, int(400*day/time.Second))
		entries = append(entries, word("ttl", d.duration(life)))
	}

	return mapping("refresh", append(entries, d.optional("refresh",
		word("idle_ttl", d.duration(d.seconds("idle_ttl", 60, life))),
		word("reuse_grace", d.duration(d.seconds("reuse_grace", 0, 60))),
	)...)...)
}

// keySet draws a path that begins with an element no prefix begins with.
func (d drawer) keySet() string {
	return d.pick("jwks path", "/.well-known/jwks.json", "/.keys", d.match("any jwks path", `/\.[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,8}(/\.?[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,8}){0,3}`))
}

func (d drawer) keysURL() string {
	return d.pick("jwks_url", "https://id.example.com/.well-known/jwks.json", "http://localhost/", "http://127.0.0.1:9000/keys", "http://[::1]:9000",
		d.match("any jwks_url", `https://[a-z]{1,10}(\.[a-z]{2,6}){1,2}(:[1-9][0-9]{0,3})?(/[A-Za-z0-9._~-]{0,8}){0,3}(\?[a-z]{1,5}=[a-z0-9%]{0,3})?`))
}

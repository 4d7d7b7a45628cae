package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// verifyFile emits the strategy of a service that accepts another issuer's tokens and
// makes none.
func verifyFile(m *model.Model) []jen.Code {
	return []jen.Code{verifierType(), meResponse(m), me(m), jwtStrategy(m), newVerifier(m)}
}

func verifierType() jen.Code {
	return doc("Tokens verifies access tokens. It is safe for concurrent use.").
		Type().Id("Tokens").Op("=").Add(rt("token", "Verifier")).Types(jen.Id("Claims"))
}

// newVerifier emits the construction of the verifier, with keys that are fetched
// unless the application brings its own.
func newVerifier(m *model.Model) jen.Code {
	j := m.JWT
	var private jen.Code
	if j.Verify.PrivateNetwork {
		private = jen.True()
	}
	audience := audience(j)
	if audience == nil {
		audience = jen.Index().String().Values(jen.Lit(j.Issuer))
	}
	var only jen.Code
	if j.Algorithm != "" {
		only = algorithm(j)
	}
	var body []jen.Code
	if j.Verify.PrivateNetwork {
		body = append(body, call("cfg.Logger.Warn", jen.Lit("insecure_private_network: keys may be fetched from addresses of a private network")))
	}
	body = append(body,
		try("schema", jen.Id("claimsSchema").Call(), jen.Nil()),
		jen.Id("keys").Op(":=").Add(dotted("cfg.Keys")),
		jen.If(jen.Id("keys").Op("==").Nil()).Block(
			jen.List(jen.Id("remote"), jen.Err()).Op(":=").Add(rt("jwks", "New")).Call(literal(rt("jwks", "Config"),
				field{name: "URL", code: jen.Lit(j.Verify.JWKSURL)},
				field{name: "AllowPrivate", code: private},
				field{name: "Audit", code: dotted("a.events")},
				field{name: "Logger", code: dotted("cfg.Logger")},
				field{name: "Now", code: dotted("cfg.Now")},
			)),
			errNotNil(jen.Return(jen.Nil(), jen.Err())),
			jen.List(dotted("a.keys"), jen.Id("keys")).Op("=").List(jen.Id("remote"), jen.Id("remote")),
		).Line(),
		jen.Return(rt("token", "NewVerifier").Call(literal(rt("token", "Config").Types(jen.Id("Claims")),
			field{name: "Schema", code: jen.Id("schema")},
			field{name: "Keys", code: jen.Id("keys")},
			field{name: "Algorithm", code: only},
			field{name: "Issuer", code: jen.Lit(j.Issuer)},
			field{name: "Audience", code: audience},
			field{name: "Leeway", code: leeway(j)},
			field{name: "Foreign", code: jen.True()},
			field{name: "Proxies", code: dotted("a.frame.Proxies")},
			field{name: "Audit", code: dotted("a.events")},
			field{name: "Now", code: dotted("cfg.Now")},
		))),
	)
	return method("a", "Auth", "newTokens", "newTokens verifies tokens as the spec says.",
		signature{params: []jen.Code{jen.Id("cfg").Id("Config")}, results: []jen.Code{ptr(jen.Id("Tokens")), jen.Error()}}, body...)
}

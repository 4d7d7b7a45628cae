package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// identityFile emits who may be behind a request.
func identityFile(m *model.Model) []jen.Code {
	return []jen.Code{
		userID(m),
		strategies(m),
		identity(m),
		identityFrom(),
		principal(m),
	}
}

func userID(m *model.Model) jen.Code {
	if !m.Accounts() {
		return doc("UserID identifies a user: the subject of the issuer's tokens.").Type().Id("UserID").Op("=").String()
	}
	return doc("UserID identifies a user for as long as the account lives.").
		Type().Id("UserID").Op("=").Add(idType(m.ID))
}

// idType is the Go type of a user's id.
func idType(id model.ID) *jen.Statement {
	switch id.Kind {
	case spec.IDInt64:
		return jen.Int64()
	case spec.IDString:
		return jen.String()
	default:
		return jen.Qual(uuidImport, "UUID")
	}
}

func strategies(m *model.Model) jen.Code {
	return doc("A Strategy is a way to authenticate.").Type().Id("Strategy").String().Line().Line().
		Comment("The strategies that this service accepts.").Line().
		Const().DefsFunc(func(g *jen.Group) {
		for _, s := range m.Strategies {
			g.Comment(s.Name + " is " + s.Doc + ".")
			g.Id(s.Name).Id("Strategy").Op("=").Lit(s.Value)
		}
		if m.Flows() {
			g.Comment("StrategyOAuth is " + flowDoc(m) + ". What it gives is a credential of another strategy, so that no identity is of this one.")
			g.Id("StrategyOAuth").Id("Strategy").Op("=").Lit("oauth")
		}
	})
}

// flowDoc says which ways in are counted as oauth.
func flowDoc(m *model.Model) string {
	switch {
	case m.Server == nil:
		return "a login through a provider"
	case m.OAuth == nil:
		return "a machine at the token endpoint"
	default:
		return "a login through a provider, or a machine at the token endpoint"
	}
}

func identity(m *model.Model) jen.Code {
	fields := []field{{name: "UserID", code: jen.Id("UserID"), doc: "UserID is the user's id."}}
	if m.Server != nil {
		fields = []field{
			{name: "UserID", code: jen.Id("UserID"), doc: "UserID is the user's id; the zero value for a machine, which is no user."},
			{name: "ClientID", code: jen.String(), doc: `ClientID is the id of the OAuth client, if a machine sends the request, and "" for a user.`},
		}
	}
	if m.Accounts() {
		fields = append(fields, field{name: "Email", code: jen.String(), doc: "Email is the user's address in its canonical form."})
	}
	fields = append(fields,
		field{name: "Strategy", code: jen.Id("Strategy"), doc: "Strategy is how the request was authenticated."},
		field{name: "Roles", code: jen.Index().Id("Role"), doc: rolesDoc(m)},
		field{name: "Scopes", code: jen.Index().Id("Scope"), doc: scopesDoc(m)},
		field{name: "AuthenticatedAt", code: jen.Qual("time", "Time"), doc: authenticatedAtDoc(m)},
	)
	if m.APIKey != nil {
		fields = append(fields, field{name: "APIKeyID", code: jen.String(), doc: `APIKeyID names the API key that authenticated the request, "" for other strategies.`})
	}
	if m.JWT != nil {
		fields = append(fields, field{name: "Claims", code: jen.Id("Claims"), doc: claimsDoc(m)})
	}
	if severalLogins(m) {
		fields = append(fields, field{}, field{name: "version", code: jen.Int64(), doc: "version is that of the user, under which alone credentials are good."})
	}
	if m.Session != nil {
		fields = append(fields, field{}, field{
			name: "session", code: jen.Id("Session"), doc: "session is the session behind the request.",
		})
	}
	return structType("Identity", `
An Identity says who sends a request and what they may do. It is shared by
everything that serves the request: read it, do not change it.`, fields...)
}

func identityFrom() jen.Code {
	return function("IdentityFrom", `
IdentityFrom returns the identity that a guard put into ctx. Without a guard
around the handler it answers nil and false, never an empty identity.`,
		signature{params: []jen.Code{jen.Id("ctx").Add(ctxType())}, results: []jen.Code{ptr(jen.Id("Identity")), jen.Bool()}},
		jen.Return(rt("authn", "IdentityFrom").Types(ptr(jen.Id("Identity"))).Call(jen.Id("ctx"))),
	)
}

func authenticatedAtDoc(m *model.Model) string {
	text := "AuthenticatedAt is when the user last proved who they are"
	switch {
	case !m.Accounts():
		return text + "; zero if the issuer does not say."
	case m.APIKey != nil:
		return text + "; zero for an API key."
	default:
		return text + "."
	}
}

// rolesDoc says which roles a key has: it holds what it was given, and that is
// scopes (SECURITY API-05).
func rolesDoc(m *model.Model) string {
	if !m.Accounts() {
		return "Roles are those that the token names."
	}
	text := "Roles are the roles that the user has now"
	if m.APIKey != nil {
		text += "; of an API key, those whose scopes it holds all"
	}
	if m.JWT != nil {
		text += "; of a token, those that it names"
	}
	return text + "."
}

func scopesDoc(m *model.Model) string {
	switch {
	case !m.Accounts():
		return "Scopes are those that the token names."
	case m.JWT != nil:
		return "Scopes are the scopes that the user holds now; of a token, those that it names."
	default:
		return "Scopes are the scopes that the user holds now."
	}
}

func claimsDoc(m *model.Model) string {
	if len(m.Strategies) == 1 {
		return "Claims are what the access token says."
	}
	return "Claims are what the access token says; zero for other strategies."
}

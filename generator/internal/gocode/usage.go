package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// usageFile emits what operators watch.
func usageFile(m *model.Model) []jen.Code {
	rows := make([]jen.Code, 0, len(m.Strategies))
	for _, s := range m.Strategies {
		rows = append(rows, jen.Id(s.Name).Op(":").Add(call("a.guard.Usage", jen.String().Call(jen.Id(s.Name)))))
	}
	if m.Flows() {
		rows = append(rows, jen.Id("StrategyOAuth").Op(":").Add(call("a.flow.Usage")))
	}
	counts := func() *jen.Statement { return jen.Map(jen.Id("Strategy")).Add(rt("usage", "Counts")) }
	decls := []jen.Code{
		method("a", "Auth", "Usage", `
Usage counts the requests that carried a credential of each strategy since the
service started, by what came of it. A strategy that nobody uses any more can be
taken out of the spec.`,
			signature{results: []jen.Code{counts()}},
			jen.Return(counts().Add(lines("{", "}", rows...))),
		),
		method("a", "Auth", "LimitHits", `
LimitHits counts the requests that were refused because of a limit since the
service started, by the limit's name, which answers have in RateLimit. A limit
that nobody has reached is not there.`,
			signature{results: []jen.Code{jen.Map(jen.String()).Uint64()}},
			jen.Return(call("a.frame.LimitHits")),
		),
	}
	if m.Metrics {
		decls = append(decls, watch())
	}
	return decls
}

// principal emits how events and limits name who acts.
func principal(m *model.Model) jen.Code {
	var body []jen.Code
	text := "principal names who acts, in events and limits: the user."
	if m.Server != nil {
		text = "principal names who acts, in events and limits: the user or the machine."
		body = append(body, jen.If(dotted("id.ClientID").Op("!=").Lit("")).Block(jen.Return(dotted("id.ClientID"))).Line())
	}
	name := jen.Qual("fmt", "Sprint").Call(dotted("id.UserID"))
	if !m.Accounts() {
		name = dotted("id.UserID") // text already
	}
	return function("principal", text,
		signature{params: []jen.Code{jen.Id("id").Add(ptr(jen.Id("Identity")))}, results: []jen.Code{jen.String()}},
		append(body, jen.Return(name))...)
}

// newGuard emits the chain of strategies, whose challenges are those of every 401.
func newGuard(m *model.Model) jen.Code {
	makers := map[string]string{"StrategyAPIKey": "apiKeyStrategy", "StrategyJWT": "jwtStrategy", "StrategySession": "sessionStrategy"}
	args := []jen.Code{dotted("a.frame")}
	for _, s := range m.Strategies {
		args = append(args, jen.Id(makers[s.Name]).Values(jen.Id("a")))
	}
	return dotted("a.guard").Op("=").Add(rt("authn", "NewGuard")).Types(ptr(jen.Id("Identity"))).Call(args...).
		Dot("Naming").Call(jen.Id("principal")).Line().
		Add(dotted("a.frame.Challenges")).Op("=").Add(dotted("a.guard.Challenges"))
}

// presents emits the method of an authenticator that finds credentials of its kind.
func presents(receiver *jen.Statement, found jen.Code) *jen.Statement {
	return receiver.Id("Presents").Params(jen.Id("r").Add(ptr(httpq("Request")))).Bool().Block(jen.Return(found)).Line().Line()
}

package gocode

import (
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// retirement emits the dated end of the strategy whose authenticator is called name, as
// another declaration after that; nothing for one that stays.
func retirement(name string, d *model.Deprecated) *jen.Statement {
	if d == nil {
		return jen.Null()
	}
	return jen.Line().Line().Comment("Retirement is the dated end of the strategy: see the spec.").Line().
		Func().Params(jen.Id(name)).Id("Retirement").Params().Add(rt("authn", "Retirement")).Block(jen.Return(retires(d)))
}

// retires is an authn.Retirement.
func retires(d *model.Deprecated) *jen.Statement {
	return literal(rt("authn", "Retirement"),
		field{name: "Since", code: midnight(d.Since)},
		field{name: "Sunset", code: midnight(d.Sunset)},
		field{name: "Link", code: jen.Lit(d.Link)},
	)
}

// midnight is the beginning of a day.
func midnight(t time.Time) *jen.Statement {
	return jen.Qual("time", "Date").Call(
		jen.Lit(t.Year()), jen.Qual("time", t.Month().String()), jen.Lit(t.Day()),
		jen.Lit(0), jen.Lit(0), jen.Lit(0), jen.Lit(0), jen.Qual("time", "UTC"))
}

// sunset is when the strategy whose authenticator is called name ends, nothing for one
// that stays.
func sunset(name string, d *model.Deprecated) jen.Code {
	if d == nil {
		return nil
	}
	return jen.Id(name).Values().Dot("Retirement").Call().Dot("Sunset")
}

// refuseRetired is the check that a service still makes credentials; nothing for a
// strategy that stays.
func refuseRetired(service string, d *model.Deprecated) []jen.Code {
	if d == nil {
		return nil
	}
	return []jen.Code{must(call("a." + service + ".Retired"))}
}

// retiringOAuth emits the dated end of logins through providers and of the token endpoint.
func retiringOAuth(m *model.Model) jen.Code {
	handler := func() *jen.Statement { return jen.Func().Params(httpq("Handler")).Add(httpq("Handler")) }
	return method("a", "Auth", "retiring", `
retiring is around for endpoints that end with OAuth: see the spec.`,
		signature{params: []jen.Code{jen.Id("around").Add(handler())}, results: []jen.Code{handler()}},
		jen.Id("retire").Op(":=").Add(call("a.frame.Retiring", retires(m.OAuthDeprecated))),
		jen.If(jen.Id("around").Op("==").Nil()).Block(jen.Return(jen.Id("retire"))).Line(),
		jen.Return(jen.Func().Params(jen.Id("next").Add(httpq("Handler"))).Add(httpq("Handler")).Block(
			jen.Return(jen.Id("around").Call(jen.Id("retire").Call(jen.Id("next")))),
		)),
	)
}

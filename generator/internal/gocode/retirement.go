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

// flow is a way in at endpoints of its own: logins through providers and the token
// endpoint.
func flow(m *model.Model) *jen.Statement {
	made := rt("authn", "NewFlow").Call(dotted("a.frame"), jen.String().Call(jen.Id("StrategyOAuth")))
	if m.OAuthDeprecated == nil {
		return made
	}
	return made.Dot("Ending").Call(jen.Id("oauthRetirement").Call())
}

// oauthRetirement emits the dated end of logins through providers and of the token
// endpoint.
func oauthRetirement(m *model.Model) jen.Code {
	return function("oauthRetirement", "oauthRetirement is the dated end of oauth: see the spec.",
		signature{results: []jen.Code{rt("authn", "Retirement")}}, jen.Return(retires(m.OAuthDeprecated)))
}

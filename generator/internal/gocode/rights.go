package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// rightsFile emits roles, scopes and what a route may ask for.
func rightsFile(m *model.Model) []jen.Code {
	decls := []jen.Code{roleType(m), parseRole(m), scopeType(m), right(), roleHeldBy(), scopeHeldBy()}
	if m.Accounts() {
		decls = append(decls, grants(m))
	}
	return decls
}

func roleType(m *model.Model) jen.Code {
	return doc("A Role is a named set of scopes that users have.").Type().Id("Role").String().Line().Line().
		Comment("The roles of this service.").Line().
		Const().DefsFunc(func(g *jen.Group) {
		for _, r := range m.Roles {
			g.Id(r.Name).Id("Role").Op("=").Lit(r.Value)
		}
	})
}

func parseRole(m *model.Model) jen.Code {
	names := make([]jen.Code, 0, len(m.Roles))
	for _, r := range m.Roles {
		names = append(names, jen.Id(r.Name))
	}
	return function("ParseRole", "ParseRole returns the role called name, or an error when there is none.",
		signature{params: []jen.Code{jen.Id("name").String()}, results: []jen.Code{jen.Id("Role"), jen.Error()}},
		jen.Switch(jen.Id("role").Op(":=").Id("Role").Call(jen.Id("name")), jen.Id("role")).Block(
			jen.Case(names...).Block(jen.Return(jen.Id("role"), jen.Nil())),
			jen.Default().Block(jen.Return(jen.Lit(""), jen.Qual("fmt", "Errorf").Call(jen.Lit("there is no role %q"), jen.Id("name")))),
		),
	)
}

func scopeType(m *model.Model) jen.Code {
	s := doc("A Scope is a permission. Scopes match exactly: reports does not include reports:read.").Type().Id("Scope").String()
	if len(m.Scopes) == 0 {
		return s.Line()
	}
	return s.Line().Line().
		Comment("The scopes of this service.").Line().
		Const().DefsFunc(func(g *jen.Group) {
		for _, c := range m.Scopes {
			g.Id(c.Name).Id("Scope").Op("=").Lit(c.Value)
		}
	})
}

func right() jen.Code {
	return doc("A Right is what a route may ask for: a Role or a Scope.").
		Type().Id("Right").Interface(
		jen.Comment("heldBy answers nil when id has the right, and the refusal to send when not."),
		jen.Id("heldBy").Params(jen.Id("id").Op("*").Id("Identity")).Error(),
	)
}

func roleHeldBy() jen.Code {
	return jen.Func().Params(jen.Id("r").Id("Role")).Id("heldBy").Params(jen.Id("id").Op("*").Id("Identity")).Error().Block(
		jen.If(jen.Qual("slices", "Contains").Call(dotted("id.Roles"), jen.Id("r"))).Block(jen.Return(jen.Nil())).Line(),
		jen.Return(rt("authn", "ErrInsufficientRole")),
	)
}

func scopeHeldBy() jen.Code {
	return jen.Func().Params(jen.Id("s").Id("Scope")).Id("heldBy").Params(jen.Id("id").Op("*").Id("Identity")).Error().Block(
		jen.If(jen.Qual("slices", "Contains").Call(dotted("id.Scopes"), jen.Id("s"))).Block(jen.Return(jen.Nil())).Line(),
		jen.Return(rt("authn", "InsufficientScope").Call(jen.String().Call(jen.Id("s")))),
	)
}

func grants(m *model.Model) jen.Code {
	rows := make([]jen.Code, 0, len(m.Roles))
	for _, r := range m.Roles {
		scopes := make([]jen.Code, 0, len(r.Scopes))
		for _, s := range r.Scopes {
			scopes = append(scopes, jen.Id(s))
		}
		rows = append(rows, jen.Id(r.Name).Op(":").Values(scopes...))
	}
	return function("grants", "grants says which scopes each role holds.",
		signature{results: []jen.Code{jen.Map(jen.Id("Role")).Index().Id("Scope")}},
		jen.Return(jen.Map(jen.Id("Role")).Index().Id("Scope").Add(lines("{", "}", rows...))),
	)
}

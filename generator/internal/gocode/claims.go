package gocode

import (
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// claimsFile emits what an access token says, and how it is written and read.
func claimsFile(m *model.Model) []jen.Code {
	return []jen.Code{claimsType(m.JWT), claimsSchema(m.JWT)}
}

func claimsType(j *model.JWT) jen.Code {
	return doc("Claims are what an access token says. Slices are shared between requests: read them, do not change them.").
		Type().Id("Claims").StructFunc(func(g *jen.Group) {
		g.Add(rt("token", "Claims"))
		for i, c := range j.Claims {
			if i == 0 {
				g.Line()
			}
			g.Add(doc(c.Field + " is the claim " + c.Name + "; zero in a token without it.").Id(c.Field).Add(claimTypes()[c.Type].goType()))
		}
	})
}

// A claimType is how a type of the spec is written in Go, and which claim of the
// runtime carries it.
type claimType struct {
	goType func() *jen.Statement
	make   string
}

func claimTypes() map[spec.ClaimType]claimType {
	return map[spec.ClaimType]claimType{
		spec.ClaimString:  {func() *jen.Statement { return jen.String() }, "StringClaim"},
		spec.ClaimInt64:   {func() *jen.Statement { return jen.Int64() }, "Int64Claim"},
		spec.ClaimBool:    {func() *jen.Statement { return jen.Bool() }, "BoolClaim"},
		spec.ClaimUUID:    {func() *jen.Statement { return jen.Qual(uuidImport, "UUID") }, "TextClaim"},
		spec.ClaimStrings: {func() *jen.Statement { return jen.Index().String() }, "StringsClaim"},
	}
}

func claimsSchema(j *model.JWT) jen.Code {
	pointer := func(to jen.Code, field string) jen.Code {
		return jen.Func().Params(jen.Id("c").Op("*").Id("Claims")).Add(ptr(to)).Block(jen.Return(amp(dotted("c." + field))))
	}
	args := []jen.Code{pointer(rt("token", "Claims"), "Claims")}
	for _, c := range j.Claims {
		t := claimTypes()[c.Type]
		args = append(args, rt("token", t.make).Call(jen.Lit(c.Name), pointer(t.goType(), c.Field)))
	}
	return function("claimsSchema", "claimsSchema says how Claims are written and read.",
		signature{results: []jen.Code{ptr(rt("token", "Schema").Types(jen.Id("Claims"))), jen.Error()}},
		jen.Return(rt("token", "NewSchema").Add(lines("(", ")", args...))),
	)
}

// algorithm is the runtime's name of an algorithm.
func algorithm(j *model.JWT) *jen.Statement { return rt("token", string(j.Algorithm)) }

// leeway is left out where clocks may not differ.
func leeway(j *model.JWT) jen.Code { return positive(j.Leeway) }

// positive is a duration, or nothing where it is zero and so is the default.
func positive(d time.Duration) jen.Code {
	if d == 0 {
		return nil
	}
	return duration(d)
}

package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// A router is what differs between the routers: the types of a middleware and
// of what Mount takes, and how a net/http middleware becomes one of theirs.
type router struct {
	middleware func() *jen.Statement
	adapt      func(mw jen.Code) *jen.Statement
	helpers    func() []jen.Code
	mountParam func() *jen.Statement
	mountOne   func(pattern string) *jen.Statement                        // serves a.endpoints at pattern and below
	policy     func(mw *jen.Statement) (params, results, body []jen.Code) // of a method that is a middleware
	wildcard   string
	redirects  bool // from the prefix to what is below it, unless the prefix is mounted too
}

func routers() map[spec.Router]router {
	plain := func(mw jen.Code) *jen.Statement { return jen.Add(mw) }
	std := func() *jen.Statement {
		return jen.Func().Params(httpq("Handler")).Add(httpq("Handler"))
	}
	none := func() []jen.Code { return nil }
	stdPolicy := func(mw *jen.Statement) (params, results, body []jen.Code) {
		return []jen.Code{jen.Id("next").Add(httpq("Handler"))}, []jen.Code{httpq("Handler")}, []jen.Code{jen.Return(mw.Call(jen.Id("next")))}
	}
	return map[spec.Router]router{
		spec.RouterNetHTTP: {
			middleware: std, adapt: plain, helpers: none,
			mountParam: func() *jen.Statement { return jen.Id("mux").Add(ptr(httpq("ServeMux"))) },
			mountOne: func(p string) *jen.Statement {
				return call("mux.Handle", jen.Lit(p), dotted("a.endpoints"))
			},
			redirects: true,
			policy:    stdPolicy,
			wildcard:  "/",
		},
		spec.RouterChi: {
			middleware: std, adapt: plain, helpers: none,
			mountParam: func() *jen.Statement { return jen.Id("mux").Qual(chiImport, "Router") },
			mountOne: func(p string) *jen.Statement {
				return call("mux.Handle", jen.Lit(p), dotted("a.endpoints"))
			},
			policy:   stdPolicy,
			wildcard: "/*",
		},
		spec.RouterGin: {
			middleware: func() *jen.Statement { return ginq("HandlerFunc") },
			adapt:      func(mw jen.Code) *jen.Statement { return jen.Id("ginMiddleware").Call(mw) },
			helpers:    func() []jen.Code { return []jen.Code{ginMiddleware()} },
			mountParam: func() *jen.Statement { return jen.Id("mux").Add(ginq("IRoutes")) },
			mountOne: func(p string) *jen.Statement {
				return call("mux.Any", jen.Lit(p), ginq("WrapH").Call(dotted("a.endpoints")))
			},
			policy: func(mw *jen.Statement) (params, results, body []jen.Code) {
				return []jen.Code{jen.Id("c").Add(ptr(ginq("Context")))}, nil, []jen.Code{jen.Id("ginMiddleware").Call(mw).Call(jen.Id("c"))}
			},
			wildcard: "/*path",
		},
		spec.RouterEcho: {
			middleware: func() *jen.Statement { return echoq("MiddlewareFunc") },
			adapt:      func(mw jen.Code) *jen.Statement { return echoq("WrapMiddleware").Call(mw) },
			helpers:    none,
			mountParam: func() *jen.Statement { return jen.Id("mux").Add(ptr(echoq("Echo"))) },
			mountOne: func(p string) *jen.Statement {
				return call("mux.Any", jen.Lit(p), echoq("WrapHandler").Call(dotted("a.endpoints")))
			},
			policy: func(mw *jen.Statement) (params, results, body []jen.Code) {
				return []jen.Code{jen.Id("next").Add(echoq("HandlerFunc"))}, []jen.Code{echoq("HandlerFunc")},
					[]jen.Code{jen.Return(echoq("WrapMiddleware").Call(mw).Call(jen.Id("next")))}
			},
			wildcard: "/*",
		},
	}
}

func ginq(name string) *jen.Statement  { return jen.Qual(ginImport, name) }
func echoq(name string) *jen.Statement { return jen.Qual(echoImport, name) }

// guardFile emits the middleware that an application puts around its routes.
func guardFile(m *model.Model) []jen.Code {
	r := routers()[m.Router]
	decls := []jen.Code{require(r), optional(r), hold()}
	return append(decls, r.helpers()...)
}

func require(r router) jen.Code {
	return method("a", "Auth", "Require", `
Require lets a request pass when it is authenticated and has every right that
is asked for; without rights, any identity will do. The handler finds the
identity with IdentityFrom.

It answers 401 to a missing or bad credential, 403 to a missing right, and
503 when the credential cannot be checked at the moment.`,
		signature{params: []jen.Code{jen.Id("rights").Op("...").Id("Right")}, results: []jen.Code{r.middleware()}},
		jen.Return(r.adapt(call("a.guard.Require", jen.Id("hold").Call(jen.Id("rights"))))),
	)
}

func optional(r router) jen.Code {
	return method("a", "Auth", "Optional", `
Optional identifies a request when it carries a credential and lets it pass
when it carries none. A bad credential is answered with 401 all the same.`,
		signature{results: []jen.Code{r.middleware()}},
		jen.Return(r.adapt(call("a.guard.Optional"))),
	)
}

func hold() jen.Code {
	return function("hold", "hold returns the check that an identity has every one of rights.",
		signature{
			params:  []jen.Code{jen.Id("rights").Index().Id("Right")},
			results: []jen.Code{jen.Func().Params(ptr(jen.Id("Identity"))).Error()},
		},
		jen.Return(jen.Func().Params(jen.Id("id").Op("*").Id("Identity")).Error().Block(
			jen.For(jen.List(jen.Id("_"), jen.Id("right")).Op(":=").Range().Id("rights")).Block(
				jen.If(jen.Err().Op(":=").Id("right").Dot("heldBy").Call(jen.Id("id")), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
			),
			jen.Return(jen.Nil()),
		)),
	)
}

// ginMiddleware emits the bridge from net/http to gin, which must be told when
// a middleware has answered by itself.
func ginMiddleware() jen.Code {
	return function("ginMiddleware", "ginMiddleware runs a net/http middleware in gin's chain.",
		signature{
			params:  []jen.Code{jen.Id("mw").Func().Params(httpq("Handler")).Add(httpq("Handler"))},
			results: []jen.Code{ginq("HandlerFunc")},
		},
		jen.Return(jen.Func().Params(jen.Id("c").Add(ptr(ginq("Context")))).Block(
			jen.Id("passed").Op(":=").False(),
			jen.Id("next").Op(":=").Add(httpq("HandlerFunc")).Call(
				jen.Func().Params(jen.Id("_").Add(httpq("ResponseWriter")), jen.Id("r").Add(ptr(httpq("Request")))).Block(
					jen.Id("passed").Op("=").True(),
					dotted("c.Request").Op("=").Id("r"),
					call("c.Next"),
				)),
			jen.Id("mw").Call(jen.Id("next")).Dot("ServeHTTP").Call(dotted("c.Writer"), dotted("c.Request")),
			jen.If(jen.Op("!").Id("passed")).Block(call("c.Abort")),
		)),
	)
}

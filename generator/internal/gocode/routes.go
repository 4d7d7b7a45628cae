package gocode

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// routesFile emits the table of endpoints and how they are mounted.
func routesFile(m *model.Model) []jen.Code {
	decls := []jen.Code{mount(m), routeTable(m), signedIn(m)}
	if keysBesidePeople(m) {
		decls = append(decls, inPerson(m))
	}
	if severalLogins(m) {
		decls = append(decls, by(m))
	}
	if m.OAuthDeprecated != nil {
		decls = append(decls, oauthRetirement(m))
	}
	return decls
}

// mount serves everything below the prefix, so that an unknown path or method
// under it is answered by the package too; without a prefix, path by path.
func mount(m *model.Model) jen.Code {
	r := routers()[m.Router]
	text, body := "Mount adds every generated endpoint to mux, path by path.", []jen.Code{}
	if m.Prefix != "" {
		text = "Mount adds every generated endpoint to mux. Everything below " + m.Prefix + "/ is the package's."
		body = append(body, r.mountOne(m.Prefix+r.wildcard))
		if r.redirects {
			body = append(body, r.mountOne(m.Prefix).Comment("which would be redirected (SECURITY WEB-06)"))
		}
		for _, p := range paths(m) {
			if !strings.HasPrefix(p, m.Prefix+"/") {
				body = append(body, r.mountOne(routerPattern(m.Router, p)))
			}
		}
	} else {
		for _, p := range paths(m) {
			body = append(body, r.mountOne(routerPattern(m.Router, p)))
		}
	}
	return method("a", "Auth", "Mount", text, signature{params: []jen.Code{r.mountParam()}}, body...)
}

// paths are the distinct paths of the routes, in order.
func paths(m *model.Model) []string {
	var list []string
	seen := make(map[string]bool)
	for _, r := range m.Routes {
		if !seen[r.Path] {
			seen[r.Path] = true
			list = append(list, r.Path)
		}
	}
	return list
}

var parameter = regexp.MustCompile(`\{(\w+)\}`)

// routerPattern spells a path's parameters as the router does.
func routerPattern(r spec.Router, path string) string {
	if r == spec.RouterGin || r == spec.RouterEcho {
		return parameter.ReplaceAllString(path, ":$1")
	}
	return path
}

func routeTable(m *model.Model) jen.Code {
	rows := make([]jen.Code, 0, len(m.Routes))
	for _, r := range m.Routes {
		rows = append(rows, routeRow(m, r))
	}
	routeType := func() *jen.Statement { return jen.Index().Add(rt("authn", "Route")) }
	return method("a", "Auth", "routes", "routes is the table of endpoints. What is not marked public needs a signed-in user.",
		signature{results: []jen.Code{routeType()}},
		jen.Return(routeType().Add(lines("{", "}", rows...))),
	)
}

func routeRow(m *model.Model, r model.Route) jen.Code {
	pairs := []jen.Code{
		jen.Id("Method").Op(":").Add(methodConst(r.Method)),
		jen.Id("Path").Op(":").Lit(r.Path),
		jen.Id("Name").Op(":").Lit(r.Name),
	}
	handler := call("a.signedIn", dotted("a."+r.Handler))
	switch {
	case r.Any && m.Server != nil:
		handler = call("a.guard.Handler", jen.Nil(), dotted("a."+r.Handler))
	case r.By != "" && severalLogins(m):
		handler = call("a.by", jen.Id(r.By), dotted("a."+r.Handler))
	case r.Person && keysBesidePeople(m):
		handler = call("a.inPerson", dotted("a."+r.Handler))
	case r.Public:
		pairs = append(pairs, jen.Id("Public").Op(":").True())
		handler = call("a.frame.Handler", dotted("a."+r.Handler))
		if r.Counted {
			handler = call("a.frame.Handler", call("a.flow.Counted", dotted("a."+r.Handler)))
		}
		if r.Ready {
			handler = call("a." + r.Handler)
		}
	}
	pairs = append(pairs, jen.Id("Handler").Op(":").Add(handler))
	if around := routeAround(m, r); around != nil {
		pairs = append(pairs, jen.Id("Around").Op(":").Add(around))
	}
	return jen.Values(pairs...)
}

// routeAround is what is put around the handler of a route, nil for nothing.
func routeAround(m *model.Model, r model.Route) *jen.Statement {
	var around *jen.Statement
	switch {
	case r.OAuth && !r.Ready:
		around = rt("oauthserver", "Around")
	case r.Form != "":
		around = call("a.pages.Form", rt("page", r.Form))
	case r.Browser && m.Pages():
		around = dotted("a.pages.Errors")
	case r.Page && !r.Ready:
		around = dotted("a.pages.Page")
	}
	if !r.Retires || m.OAuthDeprecated == nil {
		return around
	}
	if around == nil {
		around = jen.Nil()
	}
	return call("a.flow.Around", around)
}

func methodConst(name string) *jen.Statement {
	switch name {
	case http.MethodGet:
		return httpq("MethodGet")
	case http.MethodDelete:
		return httpq("MethodDelete")
	default:
		return httpq("MethodPost")
	}
}

// handlerParams are w and r.
func handlerParams() []jen.Code {
	return []jen.Code{jen.Id("w").Add(httpq("ResponseWriter")), jen.Id("r").Add(ptr(httpq("Request")))}
}

// signedIn emits the frame of the endpoints that need a user.
func signedIn(m *model.Model) jen.Code {
	serve := jen.Id("serve").Func().Params(httpq("ResponseWriter"), ptr(httpq("Request")), ptr(jen.Id("Identity"))).Error()
	if m.Server == nil {
		return method("a", "Auth", "signedIn", "signedIn guards an endpoint that needs a signed-in user.",
			signature{params: []jen.Code{serve}, results: []jen.Code{httpq("Handler")}},
			jen.Return(call("a.guard.Handler", jen.Nil(), jen.Id("serve"))),
		)
	}
	return method("a", "Auth", "signedIn", `
signedIn guards an endpoint that needs a user. A machine, which is none, is
answered 403.`,
		signature{params: []jen.Code{serve}, results: []jen.Code{httpq("Handler")}},
		jen.Return(call("a.guard.Handler", jen.Id("isUser"), jen.Id("serve"))),
	).Line().Line().Add(function("isUser", "isUser refuses an identity that is no user's.",
		signature{params: []jen.Code{jen.Id("id").Add(ptr(jen.Id("Identity")))}, results: []jen.Code{jen.Error()}},
		jen.If(dotted("id.ClientID").Op("!=").Lit("")).Block(jen.Return(rt("authn", "ErrUserRequired"))),
		jen.Return(jen.Nil()),
	))
}

// isKey is whether an identity is a key's or a machine's.
func isKey(m *model.Model) *jen.Statement {
	key := dotted("id.Strategy").Op("==").Id("StrategyAPIKey")
	if m.Server != nil {
		key.Op("||").Add(dotted("id.ClientID")).Op("!=").Lit("")
	}
	return key
}

// keysBesidePeople reports whether some identities are keys and some logged in.
func keysBesidePeople(m *model.Model) bool { return m.APIKey != nil && m.Logins() }

// inPerson emits the frame of the endpoints that no key may use.
func inPerson(m *model.Model) jen.Code {
	serve := jen.Id("serve").Func().Params(httpq("ResponseWriter"), ptr(httpq("Request")), ptr(jen.Id("Identity"))).Error()
	return method("a", "Auth", "inPerson", `
inPerson guards an endpoint for somebody who logged in. An API key acts for its
owner but is not its owner: it is answered 403.`,
		signature{params: []jen.Code{serve}, results: []jen.Code{httpq("Handler")}},
		jen.Id("loggedIn").Op(":=").Func().Params(jen.Id("id").Op("*").Id("Identity")).Error().Block(
			jen.If(isKey(m)).Block(jen.Return(rt("authn", "ErrUserRequired"))),
			jen.Return(jen.Nil()),
		),
		jen.Return(call("a.guard.Handler", jen.Id("loggedIn"), jen.Id("serve"))),
	)
}

// severalLogins reports whether there is more than one way to be logged in.
func severalLogins(m *model.Model) bool { return m.Issues() && m.Session != nil }

// by emits the frame of the endpoints that are about the credential of one strategy.
func by(m *model.Model) jen.Code {
	serve := jen.Id("serve").Func().Params(httpq("ResponseWriter"), ptr(httpq("Request")), ptr(jen.Id("Identity"))).Error()
	var cases []jen.Code
	if m.Server != nil {
		cases = append(cases, jen.Case(dotted("id.ClientID").Op("!=").Lit("")).Block(jen.Return(rt("authn", "ErrUserRequired"))))
	}
	cases = append(cases, jen.Case(dotted("id.Strategy").Op("==").Id("strategy")).Block(jen.Return(jen.Nil())))
	if m.APIKey != nil {
		cases = append(cases, jen.Case(dotted("id.Strategy").Op("==").Id("StrategyAPIKey")).Block(jen.Return(rt("authn", "ErrUserRequired"))))
	}
	cases = append(cases, jen.Default().Block(jen.Return(rt("authn", "ErrAuthenticationRequired"))))
	return method("a", "Auth", "by", `
by guards an endpoint that is about the credential of one strategy: other
credentials do not have what it works on.`,
		signature{params: []jen.Code{jen.Id("strategy").Id("Strategy"), serve}, results: []jen.Code{httpq("Handler")}},
		jen.Id("matches").Op(":=").Func().Params(jen.Id("id").Op("*").Id("Identity")).Error().Block(
			jen.Switch().Block(cases...),
		),
		jen.Return(call("a.guard.Handler", jen.Id("matches"), jen.Id("serve"))),
	)
}

package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// pagesFile emits the HTML pages: who sees which, and how they are made.
func pagesFile(m *model.Model) []jen.Code {
	decls := []jen.Code{pageFiles(), requirePage(m), publicPage("loginPage", "Login", "loginPage shows the form for logging in.")}
	if m.Users.Registration {
		decls = append(decls, publicPage("registerPage", "Register", "registerPage shows the form for making an account."))
	}
	return append(decls,
		userPage("confirmPage", "confirmPage shows the form for proving the password again.", showPage("Confirm")),
		userPage("passwordPage", `
passwordPage shows the form for changing the password. It asks for a recent login
first, so that nobody fills the form in in vain.`,
			must(call("a.Sessions.RequireRecent", dotted("id.session"))), showPage("Password")),
		devicesPage(m),
		style(),
		newPages(m),
	)
}

func pageFiles() jen.Code {
	return doc("pageFiles are the templates of the pages. They are yours: change them as you like.").
		Comment("//").Line().
		Comment("//go:embed "+model.PagesDir+"/*.html "+model.PagesDir+"/style.css").Line().
		Var().Id("pageFiles").Qual("embed", "FS")
}

// requirePage emits the guard of an application's own pages.
func requirePage(m *model.Model) jen.Code {
	r := routers()[m.Router]
	return method("a", "Auth", "RequirePage", `
RequirePage is Require for an application's own pages: who is not signed in is
led to the page for logging in and from there back, and every other refusal is a
page too. What scripts and programs ask for is better off with Require.`,
		signature{params: []jen.Code{jen.Id("rights").Op("...").Id("Right")}, results: []jen.Code{r.middleware()}},
		jen.Id("require").Op(":=").Add(call("a.guard.Require", jen.Id("hold").Call(jen.Id("rights")))),
		jen.Return(r.adapt(jen.Func().Params(jen.Id("next").Add(httpq("Handler"))).Add(httpq("Handler")).Block(
			jen.Return(call("a.pages.Page", jen.Id("require").Call(jen.Id("next")))),
		))),
	)
}

func showPage(name string) jen.Code {
	return jen.Return(call("a.pages.Show", jen.Id("w"), jen.Id("r"), rt("page", name), jen.Nil()))
}

func publicPage(name, page, text string) jen.Code {
	return endpoint(name, text, showPage(page))
}

// userPage is the frame of a page for somebody who is signed in.
func userPage(name, text string, body ...jen.Code) jen.Code {
	id := "_"
	if len(body) > 1 {
		id = "id"
	}
	params := append(handlerParams(), jen.Id(id).Add(ptr(jen.Id("Identity"))))
	return method("a", "Auth", name, text, signature{params: params, results: []jen.Code{jen.Error()}}, body...)
}

func devicesPage(m *model.Model) jen.Code {
	return userPage("devicesPage", "devicesPage shows the user's own sessions.",
		try("list", userSessions(m)),
		jen.Return(call("a.pages.Show", jen.Id("w"), jen.Id("r"), rt("page", "Devices"),
			jen.Func().Params(jen.Id("v").Op("*").Add(rt("page", "View"))).Block(
				dotted("v.Devices").Op("=").Add(rt("page", "DevicesOf")).Call(jen.Id("list"), dotted("id.session.ID")),
			))),
	)
}

func style() jen.Code {
	return method("a", "Auth", "style", "style serves the style sheet of the pages.",
		signature{results: []jen.Code{httpq("Handler")}},
		jen.Return(call("a.frame.Wrap", call("a.pages.Style"))),
	)
}

func newPages(m *model.Model) jen.Code {
	var register, remember jen.Code
	if m.Users.Registration {
		register = jen.True()
	}
	if m.Session.Remember > 0 {
		remember = duration(m.Session.Remember)
	}
	var providers jen.Code
	if m.OAuth != nil && !m.OAuth.Tokens {
		providers = call("a.oauth.Providers")
	}
	return method("a", "Auth", "newPages", "newPages reads the templates; it fails when one of them has a mistake.",
		signature{params: []jen.Code{jen.Id("cfg").Id("Config")}, results: []jen.Code{ptr(rt("page", "Pages")), jen.Error()}},
		try("files", jen.Qual("io/fs", "Sub").Call(jen.Id("pageFiles"), jen.Lit(model.PagesDir)), jen.Nil()),
		jen.Return(rt("page", "New").Call(literal(rt("page", "Config"),
			field{name: "Templates", code: jen.Id("files")},
			field{name: "BaseURL", code: dotted("cfg.BaseURL")},
			field{name: "Prefix", code: jen.Lit(m.Prefix)},
			field{name: "Home", code: dotted("cfg.Home")},
			field{name: "Register", code: register},
			field{name: "MinPassword", code: jen.Lit(m.Users.MinLength)},
			field{name: "Remember", code: remember},
			field{name: "Providers", code: providers},
			field{name: "Email", code: jen.Id("emailFrom")},
			field{name: "Now", code: dotted("cfg.Now")},
		))),
	).Line().Line().Add(function("emailFrom", "emailFrom is the e-mail address of who makes a request, by its context.",
		signature{params: []jen.Code{jen.Id("ctx").Add(ctxType())}, results: []jen.Code{jen.String()}},
		jen.List(jen.Id("id"), jen.Id("ok")).Op(":=").Id("IdentityFrom").Call(jen.Id("ctx")),
		jen.If(jen.Op("!").Id("ok")).Block(jen.Return(jen.Lit(""))).Line(),
		jen.Return(dotted("id.Email")),
	))
}

package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// exchangeFile emits how a credential of a strategy that ends becomes one of another.
func exchangeFile(m *model.Model) []jen.Code {
	var decls []jen.Code
	if m.ExchangesForTokens {
		decls = append(decls, exchangeForTokens())
	}
	if m.ExchangesForSession {
		decls = append(decls, exchangeForSession())
	}
	return append(decls, exchanger())
}

func exchangeForTokens() jen.Code {
	return userEndpoint("exchangeForTokens", `
exchangeForTokens gives tokens for the session that the request came with. The
session goes on. The tokens are as old as its login where that matters.`,
		try("user", call("a.exchanger", jen.Id("w"), jen.Id("r"), jen.Id("id"))),
		try("pair", call("a.Tokens.IssueFrom", reqCtx(), jen.Id("user"), dotted("user.ID"), dotted("id.AuthenticatedAt"))),
		writeJSON("StatusOK", jen.Id("newTokenResponse").Call(jen.Id("pair"))),
	)
}

func exchangeForSession() jen.Code {
	return userEndpoint("exchangeForSession", `
exchangeForSession starts a session for the access token that the request came
with. The token goes on. The session is as old as its login where that matters.
Another site may not sign anybody in by it.`,
		must(call("a.crossSite.Check", jen.Id("r"))),
		try("user", call("a.exchanger", jen.Id("w"), jen.Id("r"), jen.Id("id"))),
		try("sess", call("a.Sessions.StartFrom", jen.Id("w"), jen.Id("r"), jen.Id("user"), dotted("user.ID"), dotted("id.AuthenticatedAt"))),
		writeJSON("StatusOK", jen.Id("LoginResponse").Values(
			jen.Id("User").Op(":").Id("newUserResponse").Call(jen.Id("user")),
			jen.Id("ExpiresAt").Op(":").Add(dotted("sess.ExpiresAt")),
		)),
	)
}

// exchanger emits the check that a credential may be exchanged.
func exchanger() jen.Code {
	return method("a", "Auth", "exchanger", `
exchanger returns the user whose credential is about to be exchanged. What ended
all credentials of theirs since it was looked at ends this one too.`,
		signature{params: []jen.Code{jen.Id("w").Add(httpq("ResponseWriter")), jen.Id("r").Add(ptr(httpq("Request"))), jen.Id("id").Add(ptr(jen.Id("Identity")))}, results: []jen.Code{jen.Id("User"), jen.Error()}},
		jen.If(jen.Err().Op(":=").Add(call("a.exchangeLimit.Enter", call("w.Header"), jen.Id("r"), jen.Id("principal").Call(jen.Id("id")))), jen.Err().Op("!=").Nil()).Block(
			jen.Return(jen.Id("User").Values(), jen.Err()),
		).Line(),
		jen.List(jen.Id("user"), jen.Err()).Op(":=").Add(call("a.Users.ByID", reqCtx(), dotted("id.UserID"))),
		jen.If(jen.Qual("errors", "Is").Call(jen.Err(), rt("account", "ErrNotFound")).Op("||").
			Err().Op("==").Nil().Op("&&").Add(dotted("user.Version")).Op("!=").Add(dotted("id.version"))).Block(
			jen.Return(jen.Id("User").Values(), rt("authn", "ErrAuthenticationRequired")),
		).Line(),
		jen.Return(jen.Id("user"), jen.Err()),
	)
}

package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// tokensFile emits the strategy of access tokens: its types, endpoints and service.
func tokensFile(m *model.Model) []jen.Code {
	decls := []jen.Code{tokenTypes(), tokenRequest(), tokenResponse(m), newTokenResponse(m), issueToken(m)}
	if m.JWT.Refresh != nil {
		decls = append(decls, refreshRequest(), refreshToken(m), revokeRequest())
	}
	return append(decls,
		revokeToken(m),
		keySet(m),
		jwtStrategy(m),
		requireRecent(m),
		newTokens(m),
	)
}

func tokenTypes() jen.Code {
	return doc("Tokens issues, renews, verifies and revokes tokens. It is safe for concurrent use.").
		Type().Id("Tokens").Op("=").Add(rt("grant", "Service")).Types(jen.Id("UserID"), jen.Id("User"), jen.Id("Claims"))
}

func tokenRequest() jen.Code {
	return structType("TokenRequest", "A TokenRequest is the body of a login for tokens.",
		field{name: "Email", code: jen.String(), tag: "email"},
		field{name: "Password", code: jen.String(), tag: "password"},
	)
}

func tokenResponse(m *model.Model) jen.Code {
	fields := []field{
		{name: "AccessToken", code: jen.String(), tag: "access_token"},
		{name: "TokenType", code: jen.String(), tag: "token_type"},
		{name: "ExpiresIn", code: jen.Int64(), tag: "expires_in", doc: "ExpiresIn is how many seconds the access token lives."},
	}
	if m.JWT.Refresh != nil {
		fields = append(fields, field{name: "RefreshToken", code: jen.String(), tag: "refresh_token", doc: "RefreshToken is good for one more TokenResponse."})
	}
	return structType("TokenResponse", "A TokenResponse is what a login or a refresh gives (RFC 6749 section 5.1).", fields...)
}

func newTokenResponse(m *model.Model) jen.Code {
	fields := []field{
		{name: "AccessToken", code: dotted("pair.AccessToken")},
		{name: "TokenType", code: jen.Lit("Bearer")},
		{name: "ExpiresIn", code: jen.Int64().Call(dotted("pair.ExpiresIn").Op("/").Qual("time", "Second"))},
	}
	if m.JWT.Refresh != nil {
		fields = append(fields, field{name: "RefreshToken", code: dotted("pair.RefreshToken")})
	}
	return jen.Func().Id("newTokenResponse").
		Params(jen.Id("pair").Add(rt("grant", "Pair"))).Id("TokenResponse").Block(
		jen.Return(literal(jen.Id("TokenResponse"), fields...)),
	)
}

func issueToken(m *model.Model) jen.Code {
	body := append(refuseRetired("Tokens", m.JWT.Deprecated),
		try("in", decode("TokenRequest")),
		limitKey(),
		enter("loginLimit", jen.Id("name")),
		try("user", call("a.Users.Authenticate", reqCtx(), dotted("in.Email"), dotted("in.Password"))),
		succeed(jen.Id("name")),
		try("pair", call("a.Tokens.Issue", reqCtx(), jen.Id("user"), dotted("user.ID"))),
		writeJSON("StatusOK", jen.Id("newTokenResponse").Call(jen.Id("pair"))),
	)
	return endpoint("issueToken", `
issueToken checks a password and answers with tokens. The answer is the same 401
for an unknown address, a wrong password and a disabled account.`, body...)
}

func refreshRequest() jen.Code {
	return structType("RefreshRequest", "A RefreshRequest is the body of a refresh.",
		field{name: "RefreshToken", code: jen.String(), tag: "refresh_token"},
	)
}

func refreshToken(m *model.Model) jen.Code {
	body := append(refuseRetired("Tokens", m.JWT.Deprecated),
		try("in", decode("RefreshRequest")),
		enter("refreshLimit", call("a.Tokens.LimitKey", dotted("in.RefreshToken"))),
		try("pair", call("a.Tokens.Refresh", reqCtx(), dotted("in.RefreshToken"))),
		writeJSON("StatusOK", jen.Id("newTokenResponse").Call(jen.Id("pair"))),
	)
	return endpoint("refreshToken", `
refreshToken answers with new tokens for a refresh token, which is used up by it:
used once more, but for a moment in which the answer may have been lost, it ends
its login. Whatever is wrong with it, the answer is the same 400.`, body...)
}

func revokeRequest() jen.Code {
	return structType("RevokeRequest", "A RevokeRequest is the body of a revocation; there may be none.",
		field{name: "RefreshToken", code: jen.String(), tag: "refresh_token,omitempty", doc: "RefreshToken is one whose login ends, with all its access tokens."},
	)
}

func revokeToken(m *model.Model) jen.Code {
	if m.JWT.Refresh == nil {
		return userEndpoint("revokeToken", "revokeToken ends the access token that the request came with.",
			append([]jen.Code{must(call("a.Tokens.Revoke", reqCtx(), dotted("id.Claims"), jen.Lit("")))}, noContent()...)...)
	}
	body := []jen.Code{
		try("in", rt("authn", "DecodeOptional").Types(jen.Id("RevokeRequest")).Call(jen.Id("w"), jen.Id("r"))),
		must(call("a.Tokens.Revoke", reqCtx(), dotted("id.Claims"), dotted("in.RefreshToken"))),
	}
	return userEndpoint("revokeToken", `
revokeToken ends the access token that the request came with and, if one of the
user's refresh tokens is in the body, the login that it belongs to.`, append(body, noContent()...)...)
}

func keySet(m *model.Model) jen.Code {
	return method("a", "Auth", "keySet", "keySet serves the public keys, for whoever verifies access tokens.",
		signature{results: []jen.Code{httpq("Handler")}},
		jen.Return(call("a.frame.Wrap", call("a.Tokens.JWKS", duration(m.JWT.JWKSMaxAge)))),
	)
}

// jwtStrategy emits the authenticator that the guard asks.
func jwtStrategy(m *model.Model) jen.Code {
	receiver := func() *jen.Statement { return jen.Func().Params(jen.Id("s").Id("jwtStrategy")) }
	return doc("jwtStrategy authenticates requests by the access token in their Authorization header.").
		Type().Id("jwtStrategy").Struct(jen.Id("auth").Op("*").Id("Auth")).Line().Line().
		Add(receiver()).Id("Name").Params().String().Block(jen.Return(jen.String().Call(jen.Id("StrategyJWT")))).Line().Line().
		Add(presents(jen.Func().Params(jen.Id("jwtStrategy")), rt("token", "Presents").Call(jen.Id("r")))).
		Add(receiver()).Id("Challenge").Params(jen.Id("reason").Error()).String().Block(
		jen.Return(call("s.auth.Tokens.Challenge", jen.Id("reason"))),
	).Line().Line().
		Add(receiver()).Id("Authenticate").Params(jen.Id("r").Add(ptr(httpq("Request"))), jen.Id("_").Add(httpq("Header"))).
		Params(ptr(jen.Id("Identity")), jen.Error()).Block(identify(m)...).
		Add(retirement("jwtStrategy", m.JWT.Deprecated))
}

// identify emits how a verified token becomes an identity: with what the user still
// has of it or, where there are no users, as it says.
func identify(m *model.Model) []jen.Code {
	if m.JWT.Verify != nil {
		return []jen.Code{
			try("claims", call("s.auth.Tokens.Authenticate", jen.Id("r")), jen.Nil()),
			jen.Return(literal(amp(jen.Id("Identity")),
				field{name: "UserID", code: dotted("claims.Subject")},
				field{name: "Strategy", code: jen.Id("StrategyJWT")},
				field{name: "Roles", code: rt("authn", "Typed").Types(jen.Id("Role")).Call(dotted("claims.Roles"))},
				field{name: "Scopes", code: rt("authn", "Typed").Types(jen.Id("Scope")).Call(dotted("claims.Scopes"))},
				field{name: "AuthenticatedAt", code: dotted("claims.AuthTime")},
				field{name: "Claims", code: jen.Id("claims")},
			), jen.Nil()),
		}
	}
	var version jen.Code
	if severalLogins(m) {
		version = dotted("user.Version")
	}
	find := []jen.Code{
		jen.List(jen.Id("claims"), jen.Id("user"), jen.Err()).Op(":=").Add(call("s.auth.Tokens.Authenticate", jen.Id("r"))),
		errNotNil(jen.Return(jen.Nil(), jen.Err())),
	}
	if m.Server != nil {
		find = []jen.Code{
			try("claims", call("s.auth.Tokens.Verify", jen.Id("r")), jen.Nil()),
			jen.If(rt("oauthserver", "IsMachine").Call(dotted("claims.Claims"))).Block(jen.Return(call("s.machine", jen.Id("r"), jen.Id("claims")))).Line(),
			try("user", call("s.auth.Tokens.User", jen.Id("r"), jen.Id("claims")), jen.Nil()),
		}
	}
	return append(find,
		jen.Id("roles").Op(":=").Add(rt("authn", "Held").Call(dotted("claims.Roles"), dotted("user.Roles"))),
		jen.Return(literal(amp(jen.Id("Identity")),
			field{name: "UserID", code: dotted("user.ID")},
			field{name: "Email", code: dotted("user.Email")},
			field{name: "Strategy", code: jen.Id("StrategyJWT")},
			field{name: "Roles", code: jen.Id("roles")},
			field{name: "Scopes", code: call("s.auth.rights.Within", jen.Id("roles"), dotted("claims.Scopes"))},
			field{name: "AuthenticatedAt", code: dotted("claims.AuthTime")},
			field{name: "Claims", code: jen.Id("claims")},
			field{name: "version", code: version},
		), jen.Nil()),
	)
}

// recent is the check, in an endpoint, that the login is recent.
func recent(m *model.Model) jen.Code {
	if m.Issues() {
		return call("a.requireRecent", jen.Id("id"))
	}
	return call("a.Sessions.RequireRecent", dotted("id.session"))
}

// requireRecent emits the check for a service in which a login is not always a
// session.
func requireRecent(m *model.Model) jen.Code {
	return method("a", "Auth", "requireRecent", `
requireRecent refuses an identity whose user last proved who they are too long ago
to change credentials.`,
		signature{params: []jen.Code{jen.Id("id").Add(ptr(jen.Id("Identity")))}, results: []jen.Code{jen.Error()}},
		jen.Return(rt("authn", "RequireRecent").Call(call("a.now"), dotted("id.AuthenticatedAt"), duration(m.Recent))),
	)
}

// newTokens emits the construction of the token service.
func newTokens(m *model.Model) jen.Code {
	j := m.JWT
	var body []jen.Code
	var list, longest jen.Code
	if m.Server != nil && m.Server.TokenTTL > j.AccessTTL {
		longest = duration(m.Server.TokenTTL)
	}
	if j.InMemory {
		body = append(body, call("cfg.Logger.Warn", jen.Lit("revoked tokens are listed in memory: a restart ends every access token, and the list serves one process only")))
		list = rt("revocation", "NewMemory").Call(dotted("cfg.Now"))
	}
	if j.InRedis {
		body = append(body, try("list", rt("store/redis", "NewRevoked").Call(jen.Id("ctx"), dotted("cfg.Redis"), redisOptions(m, "cfg.Now")), jen.Nil()))
		list = jen.Id("list")
	}
	body = append(body,
		try("schema", jen.Id("claimsSchema").Call(), jen.Nil()),
		try("store", jen.Id("newTokenStore").Call(jen.Id("ctx"), dotted("a.db")), jen.Nil()),
		jen.Return(rt("grant", "New").Call(literal(rt("grant", "Config").Types(jen.Id("UserID"), jen.Id("User"), jen.Id("Claims")),
			field{name: "Schema", code: jen.Id("schema")},
			field{name: "Keys", code: dotted("cfg.Keys")},
			field{name: "Issuer", code: issuer(j)},
			field{name: "Audience", code: audience(j)},
			field{name: "TTL", code: duration(j.AccessTTL)},
			field{name: "LongestTTL", code: longest},
			field{name: "Leeway", code: leeway(j)},
			field{name: "ParseID", code: parseID(m.ID)},
			field{name: "Claims", code: fillClaims(j)},
			field{name: "Revocations", code: jen.Id("store")},
			field{name: "List", code: list},
			field{name: "MaxStaleness", code: positive(j.MaxStaleness)},
			field{name: "Sunset", code: sunset("jwtStrategy", j.Deprecated)},
			field{name: "Refresh", code: refreshConfig(j)},
			field{name: "Proxies", code: dotted("a.frame.Proxies")},
			field{name: "Audit", code: dotted("a.events")},
			field{name: "Logger", code: dotted("cfg.Logger")},
			field{name: "Now", code: dotted("cfg.Now")},
		))),
	)
	return method("a", "Auth", "newTokens", "newTokens issues tokens as the spec says.",
		signature{params: []jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("cfg").Id("Config")}, results: []jen.Code{ptr(jen.Id("Tokens")), jen.Error()}}, body...)
}

// issuer is what iss says: the spec's word, or the origin of the service.
func issuer(j *model.JWT) jen.Code {
	if j.Issuer != "" {
		return jen.Lit(j.Issuer)
	}
	return call("cfg.BaseURL.String")
}

// audience is nothing where the issuer is also the audience.
func audience(j *model.JWT) jen.Code {
	if len(j.Audience) == 0 {
		return nil
	}
	return jen.Index().String().Values(strs(j.Audience)...)
}

// refreshConfig is nothing without refresh tokens.
func refreshConfig(j *model.JWT) jen.Code {
	if j.Refresh == nil {
		return nil
	}
	var grace jen.Code = rt("refresh", "NoGrace")
	if j.Refresh.Grace > 0 {
		grace = duration(j.Refresh.Grace)
	}
	return literal(amp(rt("grant", "Refresh").Types(jen.Id("UserID"), jen.Id("User"))),
		field{name: "Store", code: jen.Id("store")},
		field{name: "Key", code: call("cfg.Secret.Derive", jen.Lit("refresh tokens"), jen.Lit(32))},
		field{name: "TTL", code: duration(j.Refresh.TTL)},
		field{name: "IdleTTL", code: duration(j.Refresh.IdleTTL)},
		field{name: "Grace", code: grace},
	)
}

// parseID is how the id of a user is read from sub.
func parseID(id model.ID) jen.Code {
	switch id.Kind {
	case spec.IDInt64:
		return rt("grant", "ParseInt64")
	case spec.IDString:
		return rt("grant", "ParseString")
	default:
		return rt("grant", "ParseText").Types(jen.Id("UserID"))
	}
}

// fillClaims is what the service says of a user in a token.
func fillClaims(j *model.JWT) jen.Code {
	body := []jen.Code{
		dotted("claims.Roles").Op("=").Add(rt("authn", "Names").Call(dotted("user.Roles"))),
		dotted("claims.Scopes").Op("=").Add(rt("authn", "Names").Call(call("a.rights.Of", dotted("user.Roles")))),
	}
	ctxName := "_"
	if len(j.Claims) > 0 {
		ctxName = "ctx"
		body = append(body,
			jen.If(dotted("cfg.Claims").Op("==").Nil()).Block(jen.Return(jen.Nil())).Line(),
			jen.Return(call("cfg.Claims", jen.Id("ctx"), jen.Id("user"), jen.Id("claims"))),
		)
	} else {
		body = append(body, jen.Return(jen.Nil()))
	}
	return jen.Func().Params(jen.Id(ctxName).Add(ctxType()), jen.Id("user").Id("User"), jen.Id("claims").Op("*").Id("Claims")).Error().Block(body...)
}

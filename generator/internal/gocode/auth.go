package gocode

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// authFile emits the package's documentation, Auth, and its life.
func authFile(m *model.Model) []jen.Code {
	if !m.Accounts() {
		return []jen.Code{versionGuard(), authType(m), newAuth(m), assembleVerifier(m), readyKeys(), lostEvents(), closeAuth(m)}
	}
	decls := []jen.Code{versionGuard(), authType(m), newAuth(m)}
	if m.Audit.Table != "" {
		decls = append(decls, newTrail(m))
	}
	return append(decls, assemble(m), ready(m), lostEvents(), closeAuth(m))
}

// packageDoc is the package comment: what it accepts and what it serves.
func packageDoc(m *model.Model) string {
	var b strings.Builder
	b.WriteString("Package " + m.Package + " authenticates the users of this service.\n\nIt accepts")
	if len(m.Strategies) > 1 {
		b.WriteString(", and looks for in this order,")
	}
	b.WriteString("\n\n")
	for _, s := range m.Strategies {
		b.WriteString("  - " + s.Value + ": " + s.Doc)
		if s.Deprecated != nil {
			b.WriteString(", until " + s.Deprecated.Sunset.Format("2006-01-02"))
		}
		b.WriteString("\n")
	}
	b.WriteString("\nand serves\n\n")
	width := 0
	for _, r := range m.Routes {
		width = max(width, len(r.Path))
	}
	for _, r := range m.Routes {
		fmt.Fprintf(&b, "\t%-6s %-*s  %s\n", r.Method, width, r.Path, r.Doc)
	}
	if m.APIKey != nil {
		b.WriteString("\nAPI keys are found in text by the regular expression\n\n\t" + keyPattern(m) +
			"\n\nand by the rule for gitleaks in gitleaks.toml, beside this file.\n")
	}
	b.WriteString(`
Errors are application/problem+json (RFC 9457). Make an Auth with New, add the
endpoints with Mount, and guard the application's own routes with Require.`)
	return b.String()
}

func versionGuard() jen.Code {
	return doc("This does not compile when the runtime and this package have drifted apart; the constant's documentation says which of them to renew.").
		Const().Id("_").Op("=").Qual(runtimePath, "SupportsGenerated1")
}

func authType(m *model.Model) jen.Code {
	var fields []field
	if m.Accounts() {
		fields = append(fields, field{name: "Users", code: ptr(jen.Id("Users")), doc: "Users keeps accounts: it does from Go what the endpoints do."})
	}
	if m.APIKey != nil {
		fields = append(fields, field{name: "APIKeys", code: ptr(jen.Id("APIKeys")), doc: "APIKeys keeps the keys by which programs act for users."})
	}
	switch {
	case m.Issues():
		fields = append(fields, field{name: "Tokens", code: ptr(jen.Id("Tokens")), doc: "Tokens issues access tokens and takes them back."})
	case m.JWT != nil:
		fields = append(fields, field{name: "Tokens", code: ptr(jen.Id("Tokens")), doc: "Tokens verifies access tokens."})
	}
	if m.OAuth != nil {
		fields = append(fields, field{name: "Identities", code: ptr(jen.Id("Identities")), doc: "Identities keeps which account at which provider is whose."})
	}
	if m.Server != nil {
		fields = append(fields, field{name: "Clients", code: ptr(jen.Id("Clients")), doc: "Clients keeps the machines that get tokens for themselves."})
	}
	if m.Session != nil {
		fields = append(fields, field{name: "Sessions", code: ptr(jen.Id("Sessions")), doc: "Sessions keeps who is signed in."})
	}
	fields = append(fields, field{})
	if m.Accounts() {
		fields = append(fields, field{name: "db", code: dialectOf(m).db()})
	}
	if m.Issues() {
		fields = append(fields, field{name: "now", code: jen.Func().Params().Qual("time", "Time")})
	}
	if m.Redis() {
		fields = append(fields,
			field{name: "redis", code: redisClient()},
			field{name: "breaker", code: ptr(rt("store/redis", "Breaker"))},
		)
	}
	fields = append(fields,
		field{name: "events", code: ptr(rt("audit", "Queue"))},
	)
	if m.Audit.Table != "" {
		fields = append(fields, field{name: "table", code: ptr(rt("audit", "Table"))})
	}
	if m.Metrics {
		fields = append(fields, field{name: "meters", code: ptr(rt("metrics", "Meters"))})
	}
	fields = append(fields,
		field{name: "frame", code: ptr(rt("authn", "Frame"))},
		field{name: "guard", code: ptr(rt("authn", "Guard").Types(ptr(jen.Id("Identity"))))},
	)
	if m.Flows() {
		fields = append(fields, field{name: "flow", code: ptr(rt("authn", "Flow"))})
	}
	if m.Accounts() {
		fields = append(fields,
			field{name: "rights", code: rt("authn", "Rights").Types(jen.Id("Role"), jen.Id("Scope"))},
		)
	} else {
		fields = append(fields, field{name: "keys", code: ptr(rt("jwks", "Remote")), doc: "keys are nil if the application brings its own."})
	}
	if m.Logins() {
		fields = append(fields,
			field{name: "crossSite", code: ptr(rt("authn", "CrossSite"))},
			field{name: "loginLimit", code: ptr(rt("ratelimit", "Gate"))},
		)
	}
	if m.Users.Registration {
		fields = append(fields, field{name: "registerLimit", code: ptr(rt("ratelimit", "Gate"))})
	}
	if refreshes(m) {
		fields = append(fields, field{name: "refreshLimit", code: ptr(rt("ratelimit", "Gate"))})
	}
	if m.Exchanges() {
		fields = append(fields, field{name: "exchangeLimit", code: ptr(rt("ratelimit", "Gate"))})
	}
	if len(m.Policies) > 0 {
		fields = append(fields, field{name: "policies", code: jen.Id("policies")})
	}
	if m.Server != nil {
		fields = append(fields,
			field{name: "tokenLimit", code: ptr(rt("ratelimit", "Gate"))},
			field{name: "introspectLimit", code: ptr(rt("ratelimit", "Gate"))},
			field{name: "server", code: ptr(rt("oauthserver", "Server"))},
		)
	}
	if m.Limits.Table != "" {
		fields = append(fields, field{name: "limiter", code: ptr(rt("ratelimit", "Shared"))})
	}
	if m.UsedTable != "" {
		fields = append(fields, field{name: "used", code: ptr(rt("once", "Register"))})
	}
	if m.OAuth != nil {
		fields = append(fields,
			field{name: "oauth", code: ptr(rt("oauth", "Service"))},
			field{name: "home", code: jen.String()},
		)
		if m.OAuth.KeepTokens {
			fields = append(fields, field{name: "providerKey", code: jen.Index().Byte()})
		}
	}
	if m.Pages() {
		fields = append(fields, field{name: "pages", code: ptr(rt("page", "Pages"))})
	}
	fields = append(fields, field{name: "endpoints", code: httpq("Handler")})
	return structType("Auth", `
Auth authenticates requests and serves the package's endpoints. Make one with
New; it is safe for concurrent use.`, fields...)
}

func newAuth(m *model.Model) jen.Code {
	null := jen.Nil()
	text := `
New checks cfg, which must name everything that the package needs, and starts
what runs in the background; Close ends it.`
	var db, redis, breaker, now, rights, trail, eventTable, meters jen.Code
	if m.Accounts() {
		text += " The database must have the package's tables: see Migrate."
		db, rights = jen.Id("db"), rt("authn", "NewRights").Call(jen.Id("grants").Call())
	}
	if m.Redis() {
		redis, breaker = dotted("cfg.Redis"), rt("store/redis", "NewBreaker").Call(dotted("cfg.Redis"))
	}
	if m.Audit.Table != "" {
		eventTable = jen.Id("table")
	}
	if m.Audit.Required {
		trail = jen.Id("events")
	}
	if m.Metrics {
		meters = jen.Id("meters")
	}
	if m.Issues() {
		now = dotted("cfg.Now")
	}
	assemble := call("a.assemble", jen.Id("ctx"), jen.Id("cfg"))
	if !m.Accounts() {
		assemble = call("a.assemble", jen.Id("cfg"))
	}
	return function("New", text,
		signature{params: []jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("cfg").Id("Config")}, results: []jen.Code{ptr(jen.Id("Auth")), jen.Error()}},
		jen.List(jen.Id("cfg"), jen.Err()).Op(":=").Add(call("cfg.complete", jen.Id("ctx"))),
		errNotNil(jen.Return(jen.Nil(), jen.Qual("fmt", "Errorf").Call(jen.Lit(m.Package+": %w"), jen.Err()))),
		try("proxies", rt("authn", "NewProxies").Call(strs(m.Proxies)...), null),
		newMeters(m),
		newDatabase(m),
		newEvents(m),
		jen.Id("a").Op(":=").Add(literal(amp(jen.Id("Auth")),
			field{name: "db", code: db},
			field{name: "redis", code: redis},
			field{name: "breaker", code: breaker},
			field{name: "now", code: now},
			field{name: "events", code: jen.Id("events")},
			field{name: "table", code: eventTable},
			field{name: "meters", code: meters},
			field{name: "frame", code: literal(amp(rt("authn", "Frame")),
				field{name: "Logger", code: dotted("cfg.Logger")},
				field{name: "Audit", code: jen.Id("events")},
				field{name: "Trail", code: trail},
				field{name: "Proxies", code: jen.Id("proxies")},
				field{name: "HTTPS", code: dotted("cfg.BaseURL.Scheme").Op("==").Lit("https")},
				field{name: "Now", code: dotted("cfg.Now")},
			)},
			field{name: "rights", code: rights},
		)),
		jen.If(jen.Err().Op(":=").Add(assemble), jen.Err().Op("!=").Nil()).Block(
			jen.Return(jen.Nil(), jen.Qual("errors", "Join").Call(
				jen.Qual("fmt", "Errorf").Call(jen.Lit(m.Package+": %w"), jen.Err()), call("a.Close", jen.Id("ctx")))),
		).Line(),
		jen.Return(jen.Id("a"), jen.Nil()),
	)
}

func assemble(m *model.Model) jen.Code {
	body := newLimiter(m)
	if m.Logins() {
		body = append(body, gate("loginLimit", "login", m.Limits.Login.Count, duration(m.Limits.Login.Per)).Dot("Growing").Call())
	}
	if m.Users.Registration {
		body = append(body, gate("registerLimit", "register", m.Limits.Register.Count, duration(m.Limits.Register.Per)))
	}
	if refreshes(m) {
		body = append(body, gate("refreshLimit", "refresh", m.Limits.Refresh.Count, duration(m.Limits.Refresh.Per)))
	}
	if m.Exchanges() {
		body = append(body, gate("exchangeLimit", "exchange", m.Limits.Refresh.Count, duration(m.Limits.Refresh.Per)))
	}
	if m.Server != nil {
		body = append(body,
			gate("tokenLimit", "token", m.Limits.Token.Count, duration(m.Limits.Token.Per)).Dot("Remembering").Call(),
			gate("introspectLimit", "introspect", introspections*m.Limits.Token.Count, duration(m.Limits.Token.Per)).Dot("Remembering").Call(),
		)
	}
	if !m.Limits.InRedis && m.Limits.Table == "" {
		body = append(body, jen.Line(), jen.Var().Err().Error())
	}
	if m.Logins() {
		body = append(body, assign("a.crossSite", rt("authn", "NewCrossSite").Call(append([]jen.Code{dotted("cfg.BaseURL")}, strs(m.Origins)...)...)))
	}
	body = append(body,
		assign("a.Users", call("a.newUsers", jen.Id("ctx"), jen.Id("cfg"))),
	)
	if m.APIKey != nil {
		body = append(body, assign("a.APIKeys", call("a.newKeys", jen.Id("ctx"), jen.Id("cfg"), jen.Id("limiter"))))
	}
	if m.Issues() {
		body = append(body, assign("a.Tokens", call("a.newTokens", jen.Id("ctx"), jen.Id("cfg"))))
	}
	if m.UsedTable != "" {
		body = append(body, assign("a.used", rt("once", "New").Call(rt("once", "Config").Values(
			jen.Id("Store").Op(":").Add(amp(jen.Id("usedStore").Values(dotted("a.db")))),
			jen.Id("Logger").Op(":").Add(dotted("cfg.Logger")), jen.Id("Now").Op(":").Add(dotted("cfg.Now")),
		))))
	}
	if m.Flows() {
		body = append(body, dotted("a.flow").Op("=").Add(flow(m)), jen.Line())
	}
	if m.OAuth != nil {
		body = append(body,
			assign("a.Identities", call("a.newIdentities", jen.Id("cfg"))),
			assign("a.oauth", call("a.newOAuth", jen.Id("cfg"))),
		)
	}
	if m.Server != nil {
		body = append(body,
			assign("a.Clients", call("a.newClients", jen.Id("ctx"), jen.Id("cfg"))),
			assign("a.server", call("a.newServer", jen.Id("cfg"))),
		)
	}
	if m.Session != nil {
		body = append(body, assign("a.Sessions", call("a.newSessions", jen.Id("ctx"), jen.Id("cfg"))))
	}
	body = append(append(body, newGuard(m)), assemblePolicies(m)...)
	if m.Pages() {
		body = append(body, assign("a.pages", call("a.newPages", jen.Id("cfg"))))
	}
	body = append(body,
		assign("a.endpoints", rt("authn", "NewRouter").Call(dotted("a.frame"), call("a.routes"))),
		jen.Return(watched(m)),
	)
	return method("a", "Auth", "assemble", "assemble puts the parts of a together.",
		signature{params: []jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("cfg").Id("Config")}, results: []jen.Code{jen.Error()}}, body...)
}

// assembleVerifier emits the assembly of a service that only verifies.
func assembleVerifier(m *model.Model) jen.Code {
	var body []jen.Code
	if m.Quotas() {
		body = append(newLimiter(m), jen.Line())
	}
	body = append(body,
		jen.Var().Err().Error(),
		assign("a.Tokens", call("a.newTokens", jen.Id("cfg"))),
		newGuard(m),
	)
	body = append(append(body, assemblePolicies(m)...),
		assign("a.endpoints", rt("authn", "NewRouter").Call(dotted("a.frame"), call("a.routes"))),
		jen.Return(watched(m)),
	)
	return method("a", "Auth", "assemble", "assemble puts the parts of a together.",
		signature{params: []jen.Code{jen.Id("cfg").Id("Config")}, results: []jen.Code{jen.Error()}}, body...)
}

// assemblePolicies emits the making of the policies' guards, nothing without any.
func assemblePolicies(m *model.Model) []jen.Code {
	if len(m.Policies) == 0 {
		return nil
	}
	var args []jen.Code
	if m.Quotas() {
		args = append(args, jen.Id("limiter"))
	}
	return []jen.Code{dotted("a.policies").Op("=").Add(call("a.newPolicies", args...))}
}

// introspections is how many tokens a client may ask about for each that it may get: a
// service asks at each of its own requests.
const introspections = 100

// refreshes reports whether there are refresh tokens.
func refreshes(m *model.Model) bool { return m.Issues() && m.JWT.Refresh != nil }

// assign is "if field, err = expr; err != nil { return err }" and a blank line.
func assign(target string, expr jen.Code) *jen.Statement {
	return jen.If(jen.List(dotted(target), jen.Err()).Op("=").Add(expr), jen.Err().Op("!=").Nil()).Block(
		jen.Return(jen.Err()),
	).Line()
}

// ready emits a change that no row meets: it is refused where users cannot be changed,
// as by a replica or for want of rights, and costs no more than looking one up.
func ready(m *model.Model) jen.Code {
	ask := func() *jen.Statement {
		return jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(run("a.db.Exec", "changeNoUser"))
	}
	stores, answer := "the database takes changes", ask().Line().Return(jen.Err())
	if m.Redis() {
		stores += " and Redis answers"
		answer = jen.If(ask(), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())).Line().Line().
			Return(rt("store/redis", "Ping").Call(jen.Id("ctx"), dotted("a.redis")))
	}
	return method("a", "Auth", "Ready", `
Ready answers nil when `+stores+`, and otherwise why not: for a
readiness probe, not for a client. It takes two seconds at most.`,
		signature{params: []jen.Code{jen.Id("ctx").Add(ctxType())}, results: []jen.Code{jen.Error()}},
		jen.List(jen.Id("ctx"), jen.Id("cancel")).Op(":=").Qual("context", "WithTimeout").Call(jen.Id("ctx"), jen.Lit(2).Op("*").Qual("time", "Second")),
		jen.Defer().Id("cancel").Call().Line(),
		answer,
	)
}

// readyKeys emits Ready for a service whose only store is another's key set.
func readyKeys() jen.Code {
	return method("a", "Auth", "Ready", `
Ready answers nil when the issuer's keys are known, and otherwise why not: for a
readiness probe, not for a client.`,
		signature{params: []jen.Code{jen.Id("ctx").Add(ctxType())}, results: []jen.Code{jen.Error()}},
		jen.If(dotted("a.keys").Op("==").Nil()).Block(jen.Return(jen.Nil())).Line(),
		jen.Return(call("a.keys.Ready", jen.Id("ctx"))),
	)
}

func closeAuth(m *model.Model) jen.Code {
	if !m.Accounts() {
		return method("a", "Auth", "Close", `
Close writes what is still queued and ends what runs in the background. Call it
after the server has stopped.`,
			signature{params: []jen.Code{jen.Id("ctx").Add(ctxType())}, results: []jen.Code{jen.Error()}},
			jen.If(dotted("a.keys").Op("!=").Nil()).Block(call("a.keys.Close")).Line(),
			closeEvents(m),
		)
	}
	body := []jen.Code{jen.Var().Id("errs").Index().Error()}
	closeService := func(name string) {
		body = append(body, jen.If(dotted("a."+name).Op("!=").Nil()).Block(
			jen.Id("errs").Op("=").Append(jen.Id("errs"), call("a."+name+".Close", jen.Id("ctx"))),
		).Line())
	}
	if m.APIKey != nil {
		closeService("APIKeys")
	}
	if m.Issues() {
		closeService("Tokens")
	}
	if m.Session != nil {
		closeService("Sessions")
	}
	if m.OAuth != nil {
		body = append(body, jen.If(dotted("a.oauth").Op("!=").Nil()).Block(call("a.oauth.Close")).Line())
	}
	if m.Limits.Table != "" {
		body = append(body, jen.If(dotted("a.limiter").Op("!=").Nil()).Block(call("a.limiter.Close")).Line())
	}
	if m.UsedTable != "" {
		body = append(body, jen.If(dotted("a.used").Op("!=").Nil()).Block(call("a.used.Close")).Line())
	}
	body = append(body,
		jen.Id("errs").Op("=").Append(jen.Id("errs"), call("a.events.Close", jen.Id("ctx"))),
		closeTable(m),
		closeMeters(m),
		jen.Id("errs").Op("=").Append(jen.Id("errs"), call("a.db.Close")),
		jen.Return(jen.Qual("errors", "Join").Call(jen.Id("errs").Op("..."))),
	)
	return method("a", "Auth", "Close", `
Close writes what is still queued and ends what runs in the background. Call
it after the server has stopped and before the database is closed.`,
		signature{params: []jen.Code{jen.Id("ctx").Add(ctxType())}, results: []jen.Code{jen.Error()}}, body...)
}

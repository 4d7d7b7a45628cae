package gocode

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// configFile emits Config and the two ways to fill it.
func configFile(m *model.Model) []jen.Code {
	decls := []jen.Code{config(m), configFromEnv(m), complete(m)}
	if m.Accounts() {
		decls = append(decls, closeConfig(m))
	}
	return decls
}

func config(m *model.Model) jen.Code {
	fields := []field{
		{name: "BaseURL", code: ptr(jen.Qual("net/url", "URL")), doc: `
BaseURL is the public origin of the service, such as https://app.example.
Cookies, links and cross-site checks go by it and never by a request's
headers. http is accepted for loopback only.`},
	}
	if m.Accounts() {
		fields = append(fields, field{name: "Secret", code: rt("secret", "Secret"), doc: `
Secret is the root of every derived secret, at least 32 random bytes.`},
			field{name: "DB", code: pool(m), doc: `
DB is the database, opened with ` + string(m.Database) + `.Open of the runtime. Whoever opened
it closes it, after Auth.Close.`})
	}
	if m.Redis() {
		fields = append(fields, redisFields()...)
	}
	fields = append(fields, keyFields(m)...)
	fields = append(fields,
		field{name: "Logger", code: ptr(jen.Qual("log/slog", "Logger")), doc: `
Logger takes errors, warnings and the audit trail; slog.Default() when nil.`},
		field{name: "AuditSink", code: rt("audit", "Sink"), doc: `
AuditSink takes audit events beside those that the spec names; nil for none. It
is called in the background, and loses what it does not keep: see audit.Sink.`},
	)
	if m.Metrics {
		fields = append(fields, meterProvider())
	}
	fields = append(fields, field{name: "Now", code: jen.Func().Params().Qual("time", "Time"), doc: "Now is the clock; time.Now when nil."})
	if m.OAuth != nil {
		fields = append(fields, field{name: "Providers", code: jen.Index().Add(rt("oauth", "Provider")), doc: `
Providers are where people log in: one of each name that the spec has, made by
the functions of package oauth.`})
	}
	switch {
	case m.Pages():
		fields = append(fields, field{name: "Home", code: jen.String(), doc: `
Home is the path of the page that a login leads to when it began nowhere else,
such as /; the page of devices when empty.`})
	case m.OAuth != nil:
		fields = append(fields, field{name: "Home", code: jen.String(), doc: `
Home is the path that a login leads to when it began nowhere else; / when
empty.`})
	}
	if m.Accounts() {
		fields = append(fields, field{name: "Breached", code: jen.Func().Params(jen.Id("ctx").Add(ctxType()), jen.Id("password").String()).Params(jen.Bool(), jen.Error()), doc: `
Breached reports whether a password that is about to be chosen is known from
a breach; nil asks nobody. When it cannot tell, the password is accepted and
a warning logged.`})
	}
	if m.Limits.InRedis {
		fields = append(fields, field{}, field{name: "limitClock", code: jen.Func().Params().Qual("time", "Time"), doc: `
limitClock is Now as it was given; nil for the clock of Redis, so that processes
need not agree on the time.`})
	}
	return structType("Config", "Config is what New needs from the application.", fields...)
}

// redisFields are where to keep what is kept in Redis.
func redisFields() []field {
	return []field{
		{name: "Redis", code: redisClient(), doc: `
Redis is the client of Redis, made with redis.Open of the runtime: of a single
server, of Sentinels or of a cluster. Whoever made it closes it, after Auth.Close.`},
		{name: "RedisPrefix", code: jen.String(), doc: `
RedisPrefix begins every key in Redis; redis.DefaultPrefix when empty. Services
that share a server have different ones.`},
	}
}

// keyFields are what access tokens need.
func keyFields(m *model.Model) []field {
	switch {
	case m.JWT == nil:
		return nil
	case m.JWT.Verify != nil:
		return []field{{name: "Keys", code: rt("token", "Source"), doc: `
Keys are the issuer's keys; when nil, they are fetched from where the spec
says and kept up to date.`}}
	}
	fields := []field{{name: "Keys", code: rt("token", "Provider"), doc: keysDoc(m.JWT)}}
	if len(m.JWT.Claims) > 0 {
		fields = append(fields, field{
			name: "Claims",
			code: jen.Func().Params(jen.Id("ctx").Add(ctxType()), jen.Id("user").Id("User"), jen.Id("claims").Op("*").Id("Claims")).Error(),
			doc: `
Claims fills in the application's own claims of a token that is about to be made
for user; nil leaves them as they are, zero. When it fails, no token is made.`,
		})
	}
	return fields
}

func keysDoc(j *model.JWT) string {
	if j.Algorithm == spec.HS256 {
		return `
Keys are the secrets that tokens are signed and verified with: token.HMACKeys
makes them.`
	}
	return `
Keys are the keys that tokens are signed and verified with: a token.Folder, or
token.Static for a key that another system holds.`
}

func configFromEnv(m *model.Model) jen.Code {
	empty := jen.Id("Config").Values()
	sig := signature{results: []jen.Code{jen.Id("Config"), jen.Error()}}
	vars := jen.Id("vars").Op(":=").Add(rt("env", "NewReader")).Call(jen.Qual("os", "LookupEnv"))
	if !m.Accounts() {
		return function("ConfigFromEnv", `
ConfigFromEnv reads BASE_URL. The error says what is wrong with it.`, sig,
			vars,
			jen.Id("cfg").Op(":=").Id("Config").Values(jen.Id("BaseURL").Op(":").Add(call("vars.BaseURL"))),
			jen.Return(jen.Id("cfg"), call("vars.Err")),
		)
	}
	load, check := loadKeys(m)
	body := []jen.Code{
		vars,
		jen.Id("cfg").Op(":=").Add(literal(jen.Id("Config"),
			field{name: "BaseURL", code: call("vars.BaseURL")},
			field{name: "Secret", code: call("vars.Secret", jen.Lit("AUTH_SECRET"))},
		)),
		jen.Id("databaseURL").Op(":=").Add(call("vars.Required", jen.Lit("DATABASE_URL"))),
	}
	if m.Redis() {
		body = append(body, jen.Id("redisURL").Op(":=").Add(call("vars.Required", jen.Lit("REDIS_URL"))))
	}
	body = append(body, load...)
	if m.OAuth != nil {
		body = append(body, dotted("cfg.Providers").Op("=").Id("providersFromEnv").Call(jen.Id("vars")))
	}
	body = append(body, must(call("vars.Err"), empty))
	body = append(body, check...)
	body = append(body, openStores(m)...)
	return function("ConfigFromEnv", `
ConfigFromEnv reads `+variables(m)+` and opens what they name; Close closes it. The
error names every variable that is missing or unfit, and never what it holds.`, sig,
		append(body, jen.Return(jen.Id("cfg"), jen.Nil()))...,
	)
}

// variables lists what ConfigFromEnv reads.
func variables(m *model.Model) string {
	if m.OAuth != nil {
		return "the variables of the service and of its providers"
	}
	names := []string{"BASE_URL", "AUTH_SECRET", "DATABASE_URL"}
	if m.Redis() {
		names = append(names, "REDIS_URL")
	}
	if m.Issues() {
		names = append(names, keysVariable(m.JWT))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// openStores emits the opening of what the stores are kept in. The client of Redis asks
// nobody yet and comes first.
func openStores(m *model.Model) []jen.Code {
	refuse := func(variable string) jen.Code {
		return jen.Return(jen.Id("Config").Values(), jen.Qual("fmt", "Errorf").Call(jen.Lit(variable+": %w"), jen.Err()))
	}
	open := func(name string, expr jen.Code, failed ...jen.Code) []jen.Code {
		return []jen.Code{jen.List(jen.Id(name), jen.Err()).Op(":=").Add(expr), errNotNil(failed...)}
	}
	if !m.Redis() {
		return append(open("db", database(m, "Open").Call(jen.Id("databaseURL")), refuse("DATABASE_URL")),
			dotted("cfg.DB").Op("=").Id("db"))
	}
	body := open("client", rt("store/redis", "Open").Call(jen.Id("redisURL")), refuse("REDIS_URL"))
	body = append(body, open("db", database(m, "Open").Call(jen.Id("databaseURL")),
		jen.Id("_").Op("=").Add(call("client.Close")).Comment("it was not used"), refuse("DATABASE_URL"))...)
	return append(body, jen.List(dotted("cfg.DB"), dotted("cfg.Redis")).Op("=").List(jen.Id("db"), jen.Id("client")))
}

// closeConfig emits the closing of what ConfigFromEnv opened. A pool of pgx has no
// error to tell.
func closeConfig(m *model.Model) jen.Code {
	var body []jen.Code
	switch pgx := m.Database == spec.Postgres; {
	case pgx && m.Redis():
		body = []jen.Code{call("cfg.DB.Close"), jen.Return(call("cfg.Redis.Close"))}
	case pgx:
		body = []jen.Code{call("cfg.DB.Close"), jen.Return(jen.Nil())}
	case m.Redis():
		body = []jen.Code{jen.Return(jen.Qual("errors", "Join").Call(call("cfg.Redis.Close"), call("cfg.DB.Close")))}
	default:
		body = []jen.Code{jen.Return(call("cfg.DB.Close"))}
	}
	return doc("Close closes what ConfigFromEnv opened. Call it after Auth.Close.").
		Func().Params(jen.Id("cfg").Id("Config")).Id("Close").Params().Error().Block(body...)
}

// keysVariable is the variable that leads to the keys.
func keysVariable(j *model.JWT) string {
	if j.Algorithm == spec.HS256 {
		return "AUTH_JWT_SECRET"
	}
	return "AUTH_JWT_KEYS"
}

// loadKeys emits the reading of the variables of the keys, and, once all variables are
// known to be there, that of the keys themselves: what is wrong with them is wrong
// with the variable.
func loadKeys(m *model.Model) (load, check []jen.Code) {
	if !m.Issues() {
		return nil, nil
	}
	j := m.JWT
	if j.Algorithm == spec.HS256 {
		return []jen.Code{
				jen.Id("jwtSecret").Op(":=").Add(call("vars.Required", jen.Lit("AUTH_JWT_SECRET"))),
				jen.Id("previous").Op(":=").Add(call("vars.String", jen.Lit("AUTH_JWT_SECRET_PREVIOUS"), jen.Lit(""))),
			}, []jen.Code{
				try("keys", rt("token", "HMACKeys").Call(jen.Lit("AUTH_JWT_SECRET"), jen.Id("jwtSecret"), jen.Lit("AUTH_JWT_SECRET_PREVIOUS"), jen.Id("previous")), jen.Id("Config").Values()),
				dotted("cfg.Keys").Op("=").Id("keys"),
			}
	}
	folder := literal(rt("token", "Folder"),
		field{name: "Dir", code: call("vars.Required", jen.Lit("AUTH_JWT_KEYS"))},
		field{name: "Algorithm", code: algorithm(j)},
		field{name: "TokenLife", code: tokenLife(j)},
	)
	return []jen.Code{dotted("cfg.Keys").Op("=").Add(folder)}, []jen.Code{
		jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(call("cfg.Keys.Keys", jen.Qual("time", "Now").Call())), jen.Err().Op("!=").Nil()).Block(
			jen.Return(jen.Id("Config").Values(), jen.Qual("fmt", "Errorf").Call(jen.Lit("AUTH_JWT_KEYS: %w"), jen.Err())),
		).Line(),
	}
}

// tokenLife is how long a token can be of use: its life and what clocks may differ.
func tokenLife(j *model.JWT) jen.Code {
	if j.Leeway == 0 {
		return duration(j.AccessTTL)
	}
	return duration(j.AccessTTL).Op("+").Add(duration(j.Leeway))
}

// complete emits the check of a Config, whoever filled it.
func complete(m *model.Model) jen.Code {
	missing := func(text string) jen.Code {
		return jen.Id("problems").Op("=").Append(jen.Id("problems"), jen.Qual("errors", "New").Call(jen.Lit(text)))
	}
	keep := func() jen.Code {
		return jen.Id("problems").Op("=").Append(jen.Id("problems"), jen.Err())
	}
	ctxName := "ctx"
	body := []jen.Code{
		jen.Var().Id("problems").Index().Error(),
		jen.If(jen.Err().Op(":=").Add(rt("env", "CheckBaseURL")).Call(dotted("cfg.BaseURL")), jen.Err().Op("!=").Nil()).Block(keep()),
	}
	if m.Accounts() {
		body = append(body,
			jen.If(call("cfg.Secret.IsZero")).Block(missing("the configuration has no Secret")),
			jen.If(dotted("cfg.DB").Op("==").Nil()).Block(missing("the configuration has no DB")).
				Else().If(jen.Err().Op(":=").Add(database(m, "Check")).Call(jen.Id("ctx"), dotted("cfg.DB")), jen.Err().Op("!=").Nil()).
				Block(keep()),
		)
		if m.Redis() {
			body = append(body, jen.If(dotted("cfg.Redis").Op("==").Nil()).Block(missing("the configuration has no Redis")))
		}
	} else {
		ctxName = "_"
	}
	if m.OAuth != nil {
		body = append(body, jen.Id("problems").Op("=").Append(jen.Id("problems"), call("cfg.missingProviders").Op("...")))
	}
	if m.Issues() {
		body = append(body, jen.If(dotted("cfg.Keys").Op("==").Nil()).Block(missing("the configuration has no Keys")))
	}
	if m.Limits.InRedis {
		body = append(body, dotted("cfg.limitClock").Op("=").Add(dotted("cfg.Now")))
	}
	body = append(body,
		jen.If(dotted("cfg.Logger").Op("==").Nil()).Block(dotted("cfg.Logger").Op("=").Qual("log/slog", "Default").Call()),
		jen.If(dotted("cfg.Now").Op("==").Nil()).Block(dotted("cfg.Now").Op("=").Qual("time", "Now")),
		jen.Return(jen.Id("cfg"), jen.Qual("errors", "Join").Call(jen.Id("problems").Op("..."))),
	)
	return doc("complete checks cfg and fills in its defaults.").
		Func().Params(jen.Id("cfg").Id("Config")).Id("complete").
		Params(jen.Id(ctxName).Add(ctxType())).Params(jen.Id("Config"), jen.Error()).Block(body...)
}

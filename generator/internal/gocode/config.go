package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// configFile emits Config and the two ways to fill it.
func configFile(m *model.Model) []jen.Code {
	return []jen.Code{config(), configFromEnv(), complete()}
}

func config() jen.Code {
	return structType("Config", "Config is what New needs from the application.",
		field{name: "BaseURL", code: ptr(jen.Qual("net/url", "URL")), doc: `
BaseURL is the public origin of the service, such as https://app.example.
Cookies, links and cross-site checks go by it and never by a request's
headers. http is accepted for loopback only.`},
		field{name: "Secret", code: rt("secret", "Secret"), doc: `
Secret is the root of every derived secret, at least 32 random bytes.`},
		field{name: "DB", code: ptr(jen.Qual("database/sql", "DB")), doc: `
DB is the database, opened with sqlite.Open of the runtime. Whoever opened
it closes it, after Auth.Close.`},
		field{name: "Logger", code: ptr(jen.Qual("log/slog", "Logger")), doc: `
Logger takes errors, warnings and the audit trail; slog.Default() when nil.`},
		field{name: "Now", code: jen.Func().Params().Qual("time", "Time"), doc: "Now is the clock; time.Now when nil."},
		field{name: "Breached", code: jen.Func().Params(jen.Id("ctx").Add(ctxType()), jen.Id("password").String()).Params(jen.Bool(), jen.Error()), doc: `
Breached reports whether a password that is about to be chosen is known from
a breach; nil asks nobody. When it cannot tell, the password is accepted and
a warning logged.`},
	)
}

func configFromEnv() jen.Code {
	empty := jen.Id("Config").Values()
	return function("ConfigFromEnv", `
ConfigFromEnv reads BASE_URL, AUTH_SECRET and DATABASE_URL and opens the
database; the caller closes it. The error names every variable that is
missing or unfit, and never what it holds.`,
		signature{results: []jen.Code{jen.Id("Config"), jen.Error()}},
		jen.Id("vars").Op(":=").Add(rt("env", "NewReader")).Call(jen.Qual("os", "LookupEnv")),
		jen.Id("cfg").Op(":=").Add(literal(jen.Id("Config"),
			field{name: "BaseURL", code: call("vars.BaseURL")},
			field{name: "Secret", code: call("vars.Secret", jen.Lit("AUTH_SECRET"))},
		)),
		jen.Id("database").Op(":=").Add(call("vars.Required", jen.Lit("DATABASE_URL"))),
		must(call("vars.Err"), empty),
		jen.List(jen.Id("db"), jen.Err()).Op(":=").Add(rt("store/sqlite", "Open")).Call(jen.Id("database")),
		errNotNil(jen.Return(jen.Id("Config").Values(), jen.Qual("fmt", "Errorf").Call(jen.Lit("DATABASE_URL: %w"), jen.Err()))),
		dotted("cfg.DB").Op("=").Id("db"),
		jen.Return(jen.Id("cfg"), jen.Nil()),
	)
}

// complete emits the check of a Config, whoever filled it.
func complete() jen.Code {
	missing := func(text string) jen.Code {
		return jen.Id("problems").Op("=").Append(jen.Id("problems"), jen.Qual("errors", "New").Call(jen.Lit(text)))
	}
	keep := func() jen.Code {
		return jen.Id("problems").Op("=").Append(jen.Id("problems"), jen.Err())
	}
	return doc("complete checks cfg and fills in its defaults.").
		Func().Params(jen.Id("cfg").Id("Config")).Id("complete").
		Params(jen.Id("ctx").Add(ctxType())).Params(jen.Id("Config"), jen.Error()).
		Block(
			jen.Var().Id("problems").Index().Error(),
			jen.If(jen.Err().Op(":=").Add(rt("env", "CheckBaseURL")).Call(dotted("cfg.BaseURL")), jen.Err().Op("!=").Nil()).Block(keep()),
			jen.If(call("cfg.Secret.IsZero")).Block(missing("the configuration has no Secret")),
			jen.If(dotted("cfg.DB").Op("==").Nil()).Block(missing("the configuration has no DB")).
				Else().If(jen.Err().Op(":=").Add(rt("store/sqlite", "Check")).Call(jen.Id("ctx"), dotted("cfg.DB")), jen.Err().Op("!=").Nil()).
				Block(keep()),
			jen.If(dotted("cfg.Logger").Op("==").Nil()).Block(dotted("cfg.Logger").Op("=").Qual("log/slog", "Default").Call()),
			jen.If(dotted("cfg.Now").Op("==").Nil()).Block(dotted("cfg.Now").Op("=").Qual("time", "Now")),
			jen.Return(jen.Id("cfg"), jen.Qual("errors", "Join").Call(jen.Id("problems").Op("..."))),
		)
}

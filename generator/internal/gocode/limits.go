package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// newLimiter emits the construction of what counts attempts, for all routes and keys
// together.
func newLimiter(m *model.Model) []jen.Code {
	switch {
	case m.Limits.InRedis:
		return []jen.Code{try("limiter", rt("store/redis", "NewLimiter").Call(jen.Id("ctx"), dotted("cfg.Redis"), redisOptions(m, "cfg.limitClock")))}
	case m.Limits.Table != "":
		return []jen.Code{
			try("limits", jen.Id("newLimitStore").Call(jen.Id("ctx"), dotted("a.db"))),
			try("limiter", rt("ratelimit", "NewShared").Call(rt("ratelimit", "SharedConfig").Values(
				jen.Id("Store").Op(":").Id("limits"),
				jen.Id("Logger").Op(":").Add(dotted("cfg.Logger")),
				jen.Id("Now").Op(":").Add(dotted("cfg.Now")),
			))),
			dotted("a.limiter").Op("=").Id("limiter"),
		}
	}
	return []jen.Code{
		call("cfg.Logger.Info", jen.Lit("attempts are counted in memory: the limits are those of one process")),
		jen.Id("limiter").Op(":=").Add(rt("ratelimit", "NewMemory")).Call(rt("ratelimit", "MemoryConfig").Values(jen.Id("Now").Op(":").Add(dotted("cfg.Now")))),
	}
}

// gate emits what bounds the tries of some routes.
func gate(fieldName, name string, count int, per jen.Code) *jen.Statement {
	return dotted("a."+fieldName).Op("=").Add(rt("ratelimit", "NewGate")).Call(
		jen.Lit(name), jen.Id("limiter"),
		rt("ratelimit", "Rate").Values(jen.Id("Count").Op(":").Lit(count), jen.Id("Per").Op(":").Add(per)),
		dotted("a.frame.Proxies"),
	)
}

// limitKey is the name under which tries at an account are counted.
func limitKey() *jen.Statement {
	return jen.Id("name").Op(":=").Add(rt("account", "LimitKey")).Call(dotted("in.Email"))
}

// ownLimitKey is the name under which tries of who is signed in are counted: the same as
// at the login, however the address is written in the database.
func ownLimitKey() *jen.Statement { return rt("account", "LimitKey").Call(dotted("id.Email")) }

// enter takes a try of a route from its limit, before anything secret is looked at.
func enter(gate string, account jen.Code) *jen.Statement {
	return must(call("a."+gate+".Enter", call("w.Header"), jen.Id("r"), account))
}

// succeed says that a try at an account was none that failed.
func succeed(account jen.Code) *jen.Statement {
	return call("a.loginLimit.Succeed", jen.Id("r"), account)
}

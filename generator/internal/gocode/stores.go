package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// This file says where the stores of a generated package live.

// database names a symbol of the runtime package of the spec's database.
func database(m *model.Model, name string) *jen.Statement {
	return rt("store/"+string(m.Database), name)
}

// pool is the type of the database's connections, which the application opens.
func pool(m *model.Model) *jen.Statement {
	if m.Database == spec.Postgres {
		return ptr(jen.Qual(pgxpoolImport, "Pool"))
	}
	return ptr(jen.Qual("database/sql", "DB"))
}

// redisClient is the type of the client of Redis.
func redisClient() *jen.Statement { return jen.Qual(goredisImport, "UniversalClient") }

// redisOptions are those of every store in Redis, with the clock now, nil for the
// servers' own. One breaker is for all of them: what is away for one is away for all.
func redisOptions(m *model.Model, now string) *jen.Statement {
	options := []jen.Code{
		jen.Id("Prefix").Op(":").Add(dotted("cfg.RedisPrefix")),
		jen.Id("Now").Op(":").Add(dotted(now)),
		jen.Id("Breaker").Op(":").Add(dotted("a.breaker")),
	}
	if m.Metrics {
		options = append(options, jen.Id("Observe").Op(":").Add(dotted("a.meters.StoreCall")))
	}
	return rt("store/redis", "Options").Values(options...)
}

// redisCodec is how the ids of users are written in the keys of Redis.
func redisCodec(id model.ID) *jen.Statement {
	switch id.Kind {
	case spec.IDInt64:
		return rt("store/redis", "Int64").Call()
	case spec.IDString:
		return rt("store/redis", "String").Types(jen.Id("UserID")).Call()
	default:
		return rt("store/redis", "Codec").Types(jen.Id("UserID")).Values(
			jen.Id("Format").Op(":").Add(dotted("UserID.String")),
			jen.Id("Parse").Op(":").Qual(uuidImport, "Parse"),
		)
	}
}

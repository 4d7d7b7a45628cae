package gocode

import (
	"net/http"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// keysFile emits the API-key strategy: its types, endpoints and service.
func keysFile(m *model.Model) []jen.Code {
	decls := []jen.Code{keyTypes(), keyResponse(), newKeyResponse(), createdKeyResponse()}
	if m.Logins() {
		decls = append(decls, createKeyRequest(), createKey(m))
	}
	return append(decls,
		keysResponse(),
		listKeys(),
		rotateKeyRequest(),
		rotateKey(m),
		revokeKey(m),
		leakedKeyRequest(),
		leakedKey(),
		ownKey(),
		keyStrategy(m),
		newKeys(m),
	)
}

func keyTypes() jen.Code {
	return doc("An APIKey is what may be known of an API key: anything but the key itself.").
		Type().Id("APIKey").Op("=").Add(rt("apikey", "Key")).Types(jen.Id("UserID"), jen.Id("Scope")).Line().Line().
		Add(doc("APIKeys keeps API keys. It is safe for concurrent use.")).
		Type().Id("APIKeys").Op("=").Add(rt("apikey", "Service")).Types(jen.Id("UserID"), jen.Id("Scope"), jen.Id("User"))
}

func keyResponse() jen.Code {
	return structType("APIKeyResponse", "An APIKeyResponse is what users learn of one of their keys.",
		field{name: "ID", code: jen.String(), tag: "id"},
		field{name: "Name", code: jen.String(), tag: "name"},
		field{name: "Scopes", code: jen.Index().Id("Scope"), tag: "scopes"},
		field{name: "Last4", code: jen.String(), tag: "last4"},
		field{name: "CreatedAt", code: jen.Qual("time", "Time"), tag: "created_at"},
		field{name: "ExpiresAt", code: jen.Qual("time", "Time"), tag: "expires_at"},
		field{name: "LastUsedAt", code: ptr(jen.Qual("time", "Time")), tag: "last_used_at"},
		field{name: "Expiring", code: jen.Bool(), tag: "expiring", doc: "Expiring says that the key is near its end, or lives out the overlap of a rotation."},
	)
}

func newKeyResponse() jen.Code {
	return method("a", "Auth", "newAPIKeyResponse", "newAPIKeyResponse describes key to its owner.",
		signature{params: []jen.Code{jen.Id("key").Id("APIKey")}, results: []jen.Code{jen.Id("APIKeyResponse")}},
		jen.Id("out").Op(":=").Add(literal(jen.Id("APIKeyResponse"),
			field{name: "ID", code: dotted("key.ID")},
			field{name: "Name", code: dotted("key.Name")},
			field{name: "Scopes", code: dotted("key.Scopes")},
			field{name: "Last4", code: dotted("key.Last4")},
			field{name: "CreatedAt", code: dotted("key.CreatedAt")},
			field{name: "ExpiresAt", code: dotted("key.ExpiresAt")},
			field{name: "Expiring", code: call("a.APIKeys.Expiring", jen.Id("key"))},
		)),
		jen.If(jen.Op("!").Add(call("key.LastUsedAt.IsZero"))).Block(
			dotted("out.LastUsedAt").Op("=").Add(amp(dotted("key.LastUsedAt"))),
		),
		jen.Return(jen.Id("out")),
	)
}

func createdKeyResponse() jen.Code {
	return structType("CreatedAPIKeyResponse", "A CreatedAPIKeyResponse is the one answer that holds a key.",
		field{name: "ID", code: jen.String(), tag: "id"},
		field{name: "Key", code: jen.String(), tag: "key"},
		field{name: "Name", code: jen.String(), tag: "name"},
		field{name: "Scopes", code: jen.Index().Id("Scope"), tag: "scopes"},
		field{name: "Last4", code: jen.String(), tag: "last4"},
		field{name: "CreatedAt", code: jen.Qual("time", "Time"), tag: "created_at"},
		field{name: "ExpiresAt", code: jen.Qual("time", "Time"), tag: "expires_at"},
	).Line().Line().Add(
		jen.Func().Id("newCreatedAPIKeyResponse").Params(jen.Id("key").Id("APIKey"), jen.Id("secret").String()).Id("CreatedAPIKeyResponse").Block(
			jen.Return(literal(jen.Id("CreatedAPIKeyResponse"),
				field{name: "ID", code: dotted("key.ID")},
				field{name: "Key", code: jen.Id("secret")},
				field{name: "Name", code: dotted("key.Name")},
				field{name: "Scopes", code: dotted("key.Scopes")},
				field{name: "Last4", code: dotted("key.Last4")},
				field{name: "CreatedAt", code: dotted("key.CreatedAt")},
				field{name: "ExpiresAt", code: dotted("key.ExpiresAt")},
			)),
		),
	)
}

func createKeyRequest() jen.Code {
	return structType("CreateAPIKeyRequest", "A CreateAPIKeyRequest is the body of the making of a key.",
		field{name: "Name", code: jen.String(), tag: "name"},
		field{name: "Scopes", code: jen.Index().Id("Scope"), tag: "scopes"},
		field{name: "ExpiresIn", code: ptr(jen.String()), tag: "expires_in,omitempty", doc: "ExpiresIn is how long the key lives, such as 30d; as long as keys do when absent."},
	)
}

func createKey(m *model.Model) jen.Code {
	return userEndpoint("createKey", `
createKey makes a key of the user, which the answer alone shows. It needs a
recent login, and holds no scope that the user does not hold.`,
		must(recent(m)),
		try("in", decode("CreateAPIKeyRequest")),
		jen.Id("fresh").Op(":=").Add(rt("apikey", "NewKey")).Types(jen.Id("Scope")).Values(
			jen.Id("Name").Op(":").Add(dotted("in.Name")), jen.Id("Scopes").Op(":").Add(dotted("in.Scopes"))),
		jen.If(dotted("in.ExpiresIn").Op("!=").Nil()).Block(
			jen.List(jen.Id("life"), jen.Err()).Op(":=").Add(rt("apikey", "ParseDuration")).Call(ptr(dotted("in.ExpiresIn"))),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
			jen.If(jen.Id("life").Op("==").Lit(0)).Block(jen.Return(rt("apikey", "ErrInvalidLife"))),
			dotted("fresh.ExpiresIn").Op("=").Id("life"),
		).Line(),
		try("user", call("a.Users.ByID", reqCtx(), dotted("id.UserID"))),
		jen.List(jen.Id("key"), jen.Id("secret"), jen.Err()).Op(":=").Add(call("a.APIKeys.Create", reqCtx(), dotted("user.ID"), jen.Id("user"), jen.Id("fresh"))),
		errNotNil(jen.Return(jen.Err())),
		writeJSON("StatusCreated", jen.Id("newCreatedAPIKeyResponse").Call(jen.Id("key"), jen.Id("secret"))),
	)
}

func keysResponse() jen.Code {
	return structType("APIKeysResponse", "An APIKeysResponse lists the keys of a user, the newest first.",
		field{name: "APIKeys", code: jen.Index().Id("APIKeyResponse"), tag: "api_keys"},
	)
}

func listKeys() jen.Code {
	return userEndpoint("listKeys", "listKeys lists the keys of the user, without the keys themselves.",
		try("list", call("a.APIKeys.List", reqCtx(), dotted("id.UserID"))),
		jen.Id("out").Op(":=").Id("APIKeysResponse").Values(
			jen.Id("APIKeys").Op(":").Make(jen.Index().Id("APIKeyResponse"), jen.Lit(0), jen.Len(jen.Id("list"))),
		),
		jen.For(jen.List(jen.Id("_"), jen.Id("key")).Op(":=").Range().Id("list")).Block(
			dotted("out.APIKeys").Op("=").Append(dotted("out.APIKeys"), call("a.newAPIKeyResponse", jen.Id("key"))),
		),
		writeJSON("StatusOK", jen.Id("out")),
	)
}

func rotateKeyRequest() jen.Code {
	return structType("RotateAPIKeyRequest", "A RotateAPIKeyRequest is the body of a rotation; there may be none.",
		field{name: "Overlap", code: ptr(jen.String()), tag: "overlap,omitempty", doc: "Overlap is how long the old key lives on, such as 1h; 0s ends it at once."},
	)
}

// mayChange is the check that an endpoint does before it changes the key named by
// the path.
func mayChange(m *model.Model, changes bool) []jen.Code {
	body := []jen.Code{must(jen.Id("ownKey").Call(jen.Id("id"), call("r.PathValue", jen.Lit("id"))))}
	if changes && m.Logins() {
		person := dotted("id.Strategy").Op("==").Id("StrategySession")
		if m.Issues() {
			person = dotted("id.Strategy").Op("!=").Id("StrategyAPIKey")
		}
		body = append(body, jen.If(person).Block(
			jen.If(jen.Err().Op(":=").Add(recent(m)), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
		).Line())
	}
	return body
}

func rotateKey(m *model.Model) jen.Code {
	body := append(mayChange(m, true),
		jen.List(jen.Id("in"), jen.Err()).Op(":=").Add(rt("authn", "DecodeOptional").Types(jen.Id("RotateAPIKeyRequest")).Call(jen.Id("w"), jen.Id("r"))),
		errNotNil(jen.Return(jen.Err())),
		jen.Var().Id("overlap").Add(ptr(jen.Qual("time", "Duration"))),
		jen.If(dotted("in.Overlap").Op("!=").Nil()).Block(
			jen.List(jen.Id("d"), jen.Err()).Op(":=").Add(rt("apikey", "ParseDuration")).Call(ptr(dotted("in.Overlap"))),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
			jen.Id("overlap").Op("=").Add(amp(jen.Id("d"))),
		).Line(),
		jen.List(jen.Id("key"), jen.Id("secret"), jen.Err()).Op(":=").Add(call("a.APIKeys.Rotate", reqCtx(), dotted("id.UserID"), call("r.PathValue", jen.Lit("id")), jen.Id("overlap"))),
		errNotNil(jen.Return(jen.Err())),
		writeJSON("StatusCreated", jen.Id("newCreatedAPIKeyResponse").Call(jen.Id("key"), jen.Id("secret"))),
	)
	text := "rotateKey replaces a key by a new one, which the answer alone shows. A key may rotate itself."
	if m.Logins() {
		text = "rotateKey replaces a key by a new one, which the answer alone shows. It needs a recent login; a key may rotate itself."
	}
	return userEndpoint("rotateKey", text, body...)
}

func revokeKey(m *model.Model) jen.Code {
	body := append(mayChange(m, false),
		must(call("a.APIKeys.Revoke", reqCtx(), dotted("id.UserID"), call("r.PathValue", jen.Lit("id")))))
	return userEndpoint("revokeKey", "revokeKey ends a key at once. A key may end itself.", append(body, noContent()...)...)
}

func leakedKeyRequest() jen.Code {
	return structType("LeakedAPIKeyRequest", "A LeakedAPIKeyRequest is the body of a report of a leak.",
		field{name: "Key", code: jen.String(), tag: "key"},
	)
}

func leakedKey() jen.Code {
	body := []jen.Code{
		try("in", decode("LeakedAPIKeyRequest")),
		must(call("a.APIKeys.Leaked", call("w.Header"), jen.Id("r"), dotted("in.Key"))),
	}
	return endpoint("leakedKey", `
leakedKey ends a key for whoever holds it, and answers the same whether or not
there was one.`, append(body, noContent()...)...)
}

// ownKey emits the rule of what a key may do to keys.
func ownKey() jen.Code {
	return function("ownKey", "ownKey refuses a key that is about to change another: it may change itself only.",
		signature{params: []jen.Code{jen.Id("id").Add(ptr(jen.Id("Identity"))), jen.Id("target").String()}, results: []jen.Code{jen.Error()}},
		jen.If(dotted("id.Strategy").Op("==").Id("StrategyAPIKey").Op("&&").Add(dotted("id.APIKeyID")).Op("!=").Id("target")).Block(
			jen.Return(rt("authn", "ErrUserRequired")),
		).Line(),
		jen.Return(jen.Nil()),
	)
}

// keyStrategy emits the authenticator that the guard asks.
func keyStrategy(m *model.Model) jen.Code {
	receiver := func() *jen.Statement { return jen.Func().Params(jen.Id("s").Id("apiKeyStrategy")) }
	return doc("apiKeyStrategy authenticates requests by the API key in their header.").
		Type().Id("apiKeyStrategy").Struct(jen.Id("auth").Op("*").Id("Auth")).Line().Line().
		Add(receiver()).Id("Name").Params().String().Block(jen.Return(jen.String().Call(jen.Id("StrategyAPIKey")))).Line().Line().
		Add(receiver()).Id("Header").Params().String().Block(jen.Return(jen.Lit(http.CanonicalHeaderKey(m.APIKey.Header)))).Line().Line().
		Add(presents(receiver(), call("s.auth.APIKeys.Presents", jen.Id("r")))).
		Add(receiver()).Id("Challenge").Params(jen.Id("reason").Error()).String().Block(
		jen.Return(call("s.auth.APIKeys.Challenge", jen.Id("reason"))),
	).Line().Line().
		Add(receiver()).Id("Authenticate").Params(jen.Id("r").Add(ptr(httpq("Request"))), jen.Id("answer").Add(httpq("Header"))).
		Params(ptr(jen.Id("Identity")), jen.Error()).Block(
		jen.List(jen.Id("key"), jen.Id("owner"), jen.Err()).Op(":=").Add(call("s.auth.APIKeys.Authenticate", jen.Id("r"), jen.Id("answer"))),
		errNotNil(jen.Return(jen.Nil(), jen.Err())),
		jen.Return(literal(amp(jen.Id("Identity")),
			field{name: "UserID", code: dotted("owner.ID")},
			field{name: "Email", code: dotted("owner.Email")},
			field{name: "Strategy", code: jen.Id("StrategyAPIKey")},
			field{name: "Roles", code: call("s.auth.rights.Covered", dotted("owner.Roles"), dotted("key.Scopes"))},
			field{name: "Scopes", code: dotted("key.Scopes")},
			field{name: "APIKeyID", code: dotted("key.ID")},
		), jen.Nil()),
	).Add(retirement("apiKeyStrategy", m.APIKey.Deprecated))
}

// newKeys emits the construction of the key service.
func newKeys(m *model.Model) jen.Code {
	k := m.APIKey
	rate := func(count int, per time.Duration) jen.Code {
		return rt("ratelimit", "Rate").Values(jen.Id("Count").Op(":").Lit(count), jen.Id("Per").Op(":").Add(duration(per)))
	}
	scopes := make([]jen.Code, 0, len(m.Scopes))
	for _, s := range m.Scopes {
		scopes = append(scopes, jen.Id(s.Name))
	}
	var staleness jen.Code
	if k.MaxStaleness > 0 {
		staleness = duration(k.MaxStaleness)
	}
	return method("a", "Auth", "newKeys", "newKeys keeps API keys as the spec says.",
		signature{
			params:  []jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("cfg").Id("Config"), jen.Id("limiter").Add(rt("ratelimit", "Limiter"))},
			results: []jen.Code{ptr(jen.Id("APIKeys")), jen.Error()},
		},
		try("store", jen.Id("newKeyStore").Call(jen.Id("ctx"), dotted("a.db")), jen.Nil()),
		jen.Return(rt("apikey", "New").Call(literal(rt("apikey", "Config").Types(jen.Id("UserID"), jen.Id("Scope"), jen.Id("User")),
			field{name: "Store", code: jen.Id("store")},
			field{name: "Limiter", code: jen.Id("limiter")},
			field{name: "OwnerScopes", code: jen.Func().Params(jen.Id("owner").Id("User")).Index().Id("Scope").Block(
				jen.Return(call("a.rights.Of", dotted("owner.Roles"))))},
			field{name: "Scopes", code: jen.Index().Id("Scope").Values(scopes...)},
			field{name: "Prefix", code: jen.Lit(k.Prefix)},
			field{name: "Header", code: jen.Lit(k.Header)},
			field{name: "MaxAge", code: duration(k.MaxAge)},
			field{name: "WarnBefore", code: orNone(k.WarnBefore)},
			field{name: "MaxActive", code: jen.Lit(k.MaxActive)},
			field{name: "RotationOverlap", code: orNone(k.RotationOverlap)},
			field{name: "LastUsedFlush", code: duration(k.LastUsedFlush)},
			field{name: "MaxStaleness", code: staleness},
			field{name: "Sunset", code: sunset("apiKeyStrategy", k.Deprecated)},
			field{name: "RateLimit", code: rate(k.RateLimit.Count, k.RateLimit.Per)},
			field{name: "FailureLimit", code: rate(m.Limits.APIKeyFailure.Count, m.Limits.APIKeyFailure.Per)},
			field{name: "Proxies", code: dotted("a.frame.Proxies")},
			field{name: "Audit", code: dotted("a.events")},
			field{name: "Logger", code: dotted("cfg.Logger")},
			field{name: "Now", code: dotted("cfg.Now")},
		))),
	)
}

// orNone is a duration whose zero means none: the runtime takes zero for its
// default and a negative one for none.
func orNone(d time.Duration) jen.Code {
	if d == 0 {
		return rt("apikey", "Never")
	}
	return duration(d)
}

// keyPattern is the regular expression that finds keys in text; a test holds that
// it is the runtime's.
func keyPattern(m *model.Model) string { return m.APIKey.Prefix + `_[0-9A-Za-z]{36}\b` }

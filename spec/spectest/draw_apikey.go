package spectest

import (
	"strconv"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// strategies draws which strategies are picked, at least one.
func (d drawer) strategies() []entry {
	if d.chance("jwt") {
		return append(d.optional("strategies", d.apiKey(), d.session(), d.oauth(true)), d.issuer())
	}

	switch d.pick("strategies", "api_key", "session", "both") {
	case "api_key":
		return []entry{d.apiKey()}
	case "session":
		return append(d.optional("strategies", d.oauth(false)), d.session())
	}

	return append(d.optional("strategies", d.oauth(false)), d.apiKey(), d.session())
}

func (d drawer) apiKey() entry {
	life := int(90 * day / time.Second) // the default
	entries := []entry{}
	if d.chance("max_age") {
		life = d.seconds("max_age", 1, int(730*day/time.Second))
		entries = append(entries, word("max_age", d.duration(life)))
	}

	entries = append(entries, d.optional("api_key",
		entry{key: "header", text: d.header()},
		entry{key: "prefix", text: d.keyPrefix()},
		word("warn_before", d.duration(d.seconds("warn_before", 0, life))),
		word("max_active", strconv.Itoa(rapid.IntRange(1, 100).Draw(d.t, "max_active"))),
		word("rotation_overlap", d.duration(d.seconds("rotation_overlap", 0, min(life, int(30*day/time.Second))))),
		word("last_used_flush", d.duration(d.seconds("last_used_flush", 1, 3600))),
		word("max_staleness", d.duration(d.seconds("max_staleness", 0, 300))),
		word("rate_limit", d.rate("key rate", 1_000_000)),
	)...)

	return mapping("api_key", entries...)
}

// header draws a name that no browser, proxy or protocol has a use for.
func (d drawer) header() string {
	return d.pick("header", "X-API-Key", "x-api-key", "API-Key", "Null", "X-"+strings.Repeat("k", 62),
		d.match("any header", `[Zz][A-Za-z0-9]{0,15}(-[A-Za-z0-9]{1,15}){0,3}`))
}

func (d drawer) keyPrefix() string {
	return d.pick("key prefix", "sk_live", "sk_test", "true", "1e3", "0", "a_1", strings.Repeat("k", 32),
		d.match("any key prefix", `[a-z0-9]{1,10}(_[a-z0-9]{1,10}){0,2}`))
}

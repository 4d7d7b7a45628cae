package spectest

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"pgregory.net/rapid"
)

const day = 24 * time.Hour

func (d drawer) session() entry {
	life := 3600 // seconds; the default
	entries := []entry{}
	if d.chance("ttl") {
		life = d.seconds("ttl", 1, int(400*day/time.Second))
		entries = append(entries, word("ttl", d.duration(life)))
	}

	entries = append(entries, d.optional("session",
		word("idle_timeout", d.duration(d.seconds("idle_timeout", 1, life))),
		word("recent", d.duration(d.seconds("recent", 1, min(life, 3600)))),
		word("max_staleness", d.duration(d.seconds("session staleness", 0, 300))),
		word("storage", d.pick("session storage", "database", "redis", "memory")),
		word("remember", d.remember(life)),
		word("pages", d.pick("pages", "true", "false")),
		mapping("cookie", d.optional("cookie",
			entry{key: "name", text: d.match("cookie name", `_?[A-Za-z0-9][A-Za-z0-9_-]{0,20}`)},
			word("same_site", d.pick("same_site", "lax", "strict")),
		)...),
	)...)

	return mapping("session", entries...)
}

// remember draws off or what is longer than a life of so many seconds.
func (d drawer) remember(life int) string {
	longest := int(400 * day / time.Second)
	if life >= longest || !d.chance("remember") {
		return "off"
	}
	return d.duration(d.seconds("remembered", max(60, life+1), longest))
}

func (d drawer) http() []entry {
	return d.optional("http",
		word("router", d.pick("router", "net/http", "chi", "gin", "echo")),
		entry{key: "prefix", text: d.pick("prefix", "/", "/auth", "/api/v1/auth", d.match("any prefix", `(/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,8}){1,3}`))},
		entry{key: "trusted_proxies", isList: true, list: rapid.SliceOfNDistinct(rapid.Custom(network), 0, 4, rapid.ID[string]).Draw(d.t, "proxies")},
		entry{key: "trusted_origins", isList: true, list: rapid.SliceOfNDistinct(rapid.Custom(origin), 0, 4, rapid.ID[string]).Draw(d.t, "origins")},
	)
}

func network(t *rapid.T) string {
	if rapid.Bool().Draw(t, "IPv6?") {
		b := rapid.SliceOfN(rapid.Byte(), 13, 13).Draw(t, "address")
		a := netip.AddrFrom16([16]byte(append([]byte{0x20, 1, 0xd}, b...)))
		return netip.PrefixFrom(a, rapid.IntRange(1, 128).Draw(t, "bits")).Masked().String()
	}

	a := netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "address")))

	return netip.PrefixFrom(a, rapid.IntRange(1, 32).Draw(t, "bits")).Masked().String()
}

func origin(t *rapid.T) string {
	if rapid.Bool().Draw(t, "loopback?") {
		host := rapid.SampledFrom([]string{"localhost", "127.0.0.1", "[::1]"}).Draw(t, "host")
		return fmt.Sprintf("http://%s:%d", host, rapid.IntRange(1024, 65535).Draw(t, "port"))
	}

	host := rapid.StringMatching(`[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,6}){1,2}`).Draw(t, "host")
	if rapid.Bool().Draw(t, "port?") {
		return fmt.Sprintf("https://%s:%d", host, rapid.IntRange(444, 65535).Draw(t, "port"))
	}

	return "https://" + host
}

func (d drawer) password() []entry {
	iterations := rapid.IntRange(1, 32).Draw(d.t, "iterations")
	least := 12
	switch iterations {
	case 1:
		least = 46
	case 2:
		least = 19
	}
	memory := rapid.IntRange(least, min(256, 1024/iterations)).Draw(d.t, "memory")
	text := strconv.Itoa(memory) + "MiB"
	if d.chance("memory in KiB") {
		text = strconv.Itoa(memory<<10) + "KiB"
	}

	return append(
		[]entry{word("iterations", strconv.Itoa(iterations)), word("memory", text)},
		d.optional("password",
			word("min_length", strconv.Itoa(rapid.IntRange(8, 64).Draw(d.t, "min_length"))),
			word("parallelism", strconv.Itoa(rapid.IntRange(1, 16).Draw(d.t, "parallelism"))),
		)...)
}

func (d drawer) rateLimit() []entry {
	return d.optional("rate_limit",
		word("storage", d.pick("limit storage", "memory", "redis")),
		word("login", d.rate("login", 10_000)),
		word("register", d.rate("register", 10_000)),
		word("refresh", d.rate("refresh", 1_000_000)),
		word("token", d.rate("token", 1_000_000)),
		word("api_key_failure", d.rate("api_key_failure", 10_000)),
	)
}

func (d drawer) rate(label string, high int) string {
	count := rapid.IntRange(1, high).Draw(d.t, label+" count")

	return strconv.Itoa(count) + "/" + d.duration(d.seconds(label+" span", 1, 86400))
}

func (d drawer) seconds(label string, low, high int) int {
	return rapid.IntRange(low, high).Draw(d.t, label)
}

// duration writes seconds in one of the ways a spec can.
func (d drawer) duration(seconds int) string {
	units := []struct {
		seconds int
		name    string
	}{{7 * 86400, "w"}, {86400, "d"}, {3600, "h"}, {60, "m"}}

	text := ""
	for _, u := range units {
		if n := seconds / u.seconds; n > 0 && d.chance("in "+u.name) {
			text += strconv.Itoa(n) + u.name
			seconds -= n * u.seconds
		}
	}
	if seconds > 0 || text == "" {
		text += strconv.Itoa(seconds) + "s"
	}

	return text
}

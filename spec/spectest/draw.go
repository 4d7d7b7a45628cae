package spectest

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/spec"
)

// Draw returns the text of a spec that spec.Parse accepts. It draws which keys
// are there, their values up to the caps, and how the YAML is written: blocks,
// flows, quotes, comments, the order of keys.
func Draw(t *rapid.T) string {
	d := drawer{t}

	return d.write(d.root())
}

// A drawer draws the parts of a spec.
type drawer struct {
	t *rapid.T
}

// An entry is a key with a scalar, a list or a mapping.
type entry struct {
	key  string
	text string // of a scalar
	bare bool   // the scalar reads as itself without quotes

	list    []string // when isList
	isList  bool
	entries []entry // when isMap
	isMap   bool
}

func (d drawer) root() entry {
	scopes := d.names("scopes", 0, 8)
	if d.chance("only verify") {
		return d.verifier(scopes)
	}

	strategies := d.strategies()
	for i := range strategies {
		strategies[i].entries = append(strategies[i].entries, d.deprecated()...)
	}
	entries := []entry{
		{key: "version", text: "1", bare: true},
		mapping("strategies", strategies...),
	}
	if d.chance("order") {
		entries = append(entries, d.order(acting(strategies)))
	}
	if len(scopes) > 0 || d.chance("scopes") {
		entries = append(entries, entry{key: "scopes", isList: true, list: scopes})
	}
	entries = append(entries, d.optional("",
		mapping("output", d.output()...),
		mapping("http", d.http()...),
		word("database", d.pick("database", "sqlite", "postgres", "mysql")),
		mapping("rate_limit", d.rateLimit()...),
		d.metrics(),
	)...)
	var users []entry
	if d.chance("users") {
		users = d.users(scopes)
		entries = append(entries, mapping("users", users...))
	}
	if d.chance("policies") {
		entries = append(entries, d.policies(acting(strategies), rolesOf(users)))
	}

	return mapping("", entries...)
}

func (d drawer) output() []entry {
	dir := d.pick("dir", "internal/auth", "auth", "pkg/x-y.z/identity", "gen/gatekeeper_2", "db", "a", "internal/ctx")
	migrations := d.pick("migrations", "migrations", "db/sqlite_migrations", "m", dir+"/migrations", "internal/schema1")

	return append(
		[]entry{{key: "dir", text: dir}, {key: "migrations", text: migrations}},
		d.optional("output",
			word("migration_format", d.pick("migration_format", "goose", "golang-migrate", "dbmate", "atlas", "plain")),
			word("tests", d.pick("tests", "true", "false")),
		)...)
}

func (d drawer) metrics() entry { return word("metrics", d.pick("metrics", "none", "otel")) }

func (d drawer) users(scopes []string) []entry {
	roles := d.names("roles", 1, 6)
	table := d.pick("table", "users", "people", "accounts", "a", "t_"+d.match("table name", `[a-z0-9_]{1,40}`))
	var existing []entry
	if d.chance("existing") {
		table = d.pick("existing table", table, "user", "auth_user", "order", "User", "t_"+d.match("existing table name", `[A-Za-z0-9_]{1,40}`))
		existing = []entry{word("existing", "true"), d.columns()}
	}

	return append(
		append(existing,
			d.roles(roles, scopes),
			entry{key: "default_role", text: rapid.SampledFrom(roles).Draw(d.t, "default role")},
			entry{key: "table", text: table},
		),
		d.optional("users",
			word("id", d.pick("id", "uuid", "int64", "string")),
			word("registration", d.pick("registration", "open", "closed")),
			mapping("password", d.password()...),
		)...)
}

// columns draws names of columns that differ in any letter case, from each other and
// from those that authgen adds.
func (d drawer) columns() entry {
	name := rapid.OneOf(
		rapid.SampledFrom([]string{"mail", "order", "Group", "user", "true", "null", "_", "createdAt"}),
		rapid.StringMatching(`c_[A-Za-z0-9_]{1,40}`),
	)
	keys := []string{"id", "email", "password_hash", "roles"}
	names := rapid.SliceOfNDistinct(name, len(keys), len(keys), strings.ToLower).Draw(d.t, "columns")

	entries := make([]entry, len(keys))
	for i, key := range keys {
		entries[i] = entry{key: key, text: names[i]}
	}

	return mapping("columns", d.optional("columns", entries...)...)
}

func (d drawer) roles(names, scopes []string) entry {
	held := make([]entry, len(names))
	for i, role := range names {
		held[i] = entry{key: role, isList: true, list: d.some("role scopes", scopes)}
	}

	return mapping("roles", held...)
}

// names draws scopes or roles that differ as Go names.
func (d drawer) names(label string, low, high int) []string {
	name := rapid.OneOf(
		rapid.SampledFrom([]string{"reports:read", "reports:write", "api-keys:rotate", "member", "admin", "func", "true", "null", "1e3", "2fa"}),
		rapid.StringMatching(`[a-z0-9]([a-z0-9:._-]{0,20}[a-z0-9])?`),
	)

	return rapid.SliceOfNDistinct(name, low, high, spec.GoName).Draw(d.t, label)
}

// some draws a subset in the order of all.
func (d drawer) some(label string, all []string) []string {
	var out []string
	for _, s := range all {
		if d.chance(label + " " + s) {
			out = append(out, s)
		}
	}

	return out
}

// optional draws which of the entries are there. Empty mappings stay, since
// they mean the same as absent ones.
func (d drawer) optional(label string, entries ...entry) []entry {
	var out []entry
	for _, e := range entries {
		if d.chance(label + " " + e.key) {
			out = append(out, e)
		}
	}

	return out
}

func (d drawer) chance(label string) bool { return rapid.Bool().Draw(d.t, label+"?") }

func (d drawer) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(d.t, label)
}

func (d drawer) match(label, pattern string) string {
	return rapid.StringMatching(pattern).Draw(d.t, label)
}

func mapping(key string, entries ...entry) entry {
	return entry{key: key, isMap: true, entries: entries}
}

// word is a scalar that needs no quotes in any style.
func word(key, text string) entry {
	return entry{key: key, text: text, bare: true}
}

// plain reports whether text reads as itself without quotes.
func plain(text string) bool {
	first := text[0]
	if first < 'A' || first > 'z' || first > 'Z' && first < 'a' || strings.Contains(text, "::") ||
		strings.HasSuffix(text, ":") || strings.ContainsAny(text, "[]?") {
		return false
	}

	return !slices.Contains([]string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(text))
}

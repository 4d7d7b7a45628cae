package spectest

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/spec"
)

// acting returns which of the drawn strategies act on requests.
func acting(strategies []entry) []string {
	var names []string
	for _, s := range strategies {
		if s.key != "oauth" {
			names = append(names, s.key)
		}
	}
	slices.Sort(names)

	return names
}

// rolesOf are the drawn roles with what each holds; none where there is the default only.
func rolesOf(users []entry) []entry {
	for _, e := range users {
		if e.key == "roles" {
			return e.entries
		}
	}

	return nil
}

// order draws the strategies in any order.
func (d drawer) order(strategies []string) entry {
	return entry{key: "order", isList: true, list: rapid.Permutation(strategies).Draw(d.t, "order of strategies")}
}

// deprecated draws a dated end, or nothing.
func (d drawer) deprecated() []entry {
	if !d.chance("deprecated") {
		return nil
	}
	const layout = "2006-01-02"
	first := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	since := first.AddDate(0, 0, rapid.IntRange(0, 36_000).Draw(d.t, "since"))
	sunset := since.AddDate(0, 0, rapid.IntRange(1, 500).Draw(d.t, "sunset"))

	return []entry{mapping("deprecated",
		word("since", d.quotedOrNot(since.Format(layout))),
		word("sunset", d.quotedOrNot(sunset.Format(layout))),
		entry{key: "link", text: d.pick("link", "https://app.example.com", "https://app.example.com:8443/a?b=c%20d#e-f",
			d.match("any link", `https://[a-z]{1,10}(\.[a-z]{2,6}){1,2}(/[A-Za-z0-9._~-]{0,8}){0,3}(\?[a-z]{1,5}=[a-z0-9%]{0,3})?(#[a-z]{1,5})?`))},
	)}
}

func (d drawer) quotedOrNot(text string) string {
	if d.chance("quotes") {
		return `"` + text + `"`
	}

	return text
}

// policies draws guards that somebody can get through: what each role holds, anybody who
// logs in can have.
func (d drawer) policies(strategies []string, roles []entry) entry {
	name := rapid.StringMatching(`[a-z][a-z0-9]{0,8}(_[a-z0-9]{1,8}){0,2}`)
	taken := []string{"APIKeys", "Clients", "Close", "Identities", "LimitHits", "LostEvents", "Mount", "Optional", "Ready", "Require", "Sessions", "Tokens", "Usage", "Users"}
	names := rapid.SliceOfNDistinct(name.Filter(func(s string) bool { return !slices.Contains(taken, spec.GoName(s)) }), 0, 4, spec.GoName).Draw(d.t, "policies")

	entries := make([]entry, len(names))
	for i, name := range names {
		entries[i] = mapping(name, d.policy(strategies, roles)...)
	}

	return mapping("policies", entries...)
}

func (d drawer) policy(strategies []string, roles []entry) []entry {
	accepted := d.some("policy strategy", strategies)
	keysOnly := len(accepted) == 1 && accepted[0] == "api_key" || len(accepted) == 0 && len(strategies) == 1 && strategies[0] == "api_key"
	var needed, scopes []string
	for _, r := range roles {
		if d.chance("policy role "+r.key) && !(keysOnly && len(r.list) == 0) {
			needed = append(needed, r.key)
		}
		for _, scope := range r.list {
			if d.chance("policy scope "+scope) && !slices.Contains(scopes, scope) {
				scopes = append(scopes, scope)
			}
		}
	}

	return d.optional("policy",
		entry{key: "strategies", isList: true, list: accepted},
		entry{key: "scopes", isList: true, list: scopes},
		entry{key: "roles", isList: true, list: needed},
		word("rate_limit", d.pick("policy rate", "off", d.rate("policy rate", 1_000_000))),
	)
}

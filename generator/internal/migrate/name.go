package migrate

import (
	"slices"
	"strings"
)

// NameOf returns the name of the migration that holds the changes: auth_init for
// the first one, else what it does, such as auth_add_api_keys. It is made of
// lower-case letters, digits and underscores.
func NameOf(changes []Change, first bool) string {
	if first || len(changes) == 0 {
		return "auth_init"
	}
	const longest = 60
	name := "auth_" + changes[0].verb() + "_" + strings.ReplaceAll(changes[0].Subject(), ".", "_")
	switch {
	case len(changes) == 1:
	case oneTable(changes):
		name = "auth_change_" + changes[0].Table
	default:
		name += "_and_more"
	}
	return strings.ToLower(name[:min(len(name), longest)])
}

func oneTable(changes []Change) bool {
	return !slices.ContainsFunc(changes, func(c Change) bool { return c.Table != changes[0].Table })
}

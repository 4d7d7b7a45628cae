package migrate

import (
	"cmp"
	"strings"
)

// none is the version of a database without migrations.
const none = "0"

// compareVersions compares digits as the numbers that they are.
func compareVersions(a, b string) int {
	a, b = number(a), number(b)
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// number is a version without the zeros before it.
func number(version string) string {
	if n := strings.TrimLeft(version, "0"); n != "" {
		return n
	}
	return none
}

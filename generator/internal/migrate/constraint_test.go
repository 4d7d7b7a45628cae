package migrate

import (
	"strings"
	"testing"
)

func TestConstraintNamesFitAndDiffer(t *testing.T) {
	if got := constraintName("users", "email", uniqueConstraint); got != "users_email_key" {
		t.Errorf("got %s", got)
	}
	long := strings.Repeat("a", 58)
	seen := map[string]bool{}
	for _, column := range []string{"b", "bb", "bbb", strings.Repeat("b", 63), strings.Repeat("b", 62) + "c"} {
		for _, kind := range []string{uniqueConstraint, foreignConstraint} {
			name := constraintName(long, column, kind)
			if !identifier.MatchString(name) || !strings.HasSuffix(name, "_"+kind) || seen[name] {
				t.Errorf("%s.%s has the name %s, which is too long or taken", long, column, name)
			}
			if name != constraintName(long, column, kind) {
				t.Errorf("the name of %s.%s changes", long, column)
			}
			seen[name] = true
		}
	}
}

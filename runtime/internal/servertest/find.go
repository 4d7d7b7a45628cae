package servertest

import (
	"os"
	"strings"
	"testing"
)

// Find returns the first of the variables that names a server, and what it says. Where
// none does, it ends the test: what is wanted, such as "a PostgreSQL server", is in the
// hint.
func Find(t testing.TB, what string, variables ...string) (variable, address string) {
	t.Helper()
	for _, variable := range variables {
		if address := os.Getenv(variable); address != "" {
			return variable, address
		}
	}
	hint := "no server: set " + strings.Join(variables, " or ") + " to the address of " + what
	if os.Getenv("AUTHGEN_TEST_SERVERS") == "required" {
		t.Fatal(hint)
	}
	t.Skip(hint)
	return "", ""
}

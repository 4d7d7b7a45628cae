// Package servertest leads tests to the servers that they need, and lets those be away.
package servertest

import (
	"os"
	"strings"
	"testing"
)

// Required is the variable that has tests fail which find no server, when it says
// "required": where they are expected to run, none is left out by mistake.
const Required = "AUTHGEN_TEST_SERVERS"

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
	if os.Getenv(Required) == "required" {
		t.Fatal(hint)
	}
	t.Skip(hint)
	return "", ""
}

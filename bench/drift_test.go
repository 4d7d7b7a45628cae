package bench

import (
	"os"
	"os/exec"
	"testing"
)

// TestGeneratedCodeIsCurrent holds the specs beside this file and the code that
// was generated from them together.
func TestGeneratedCodeIsCurrent(t *testing.T) {
	for _, dir := range []string{"kept", "memory", "metered", "mysql", "postgres", "redis", "sqlite", "tokens"} {
		cmd := exec.Command("go", "run", "github.com/authgen-go/authgen/cmd/authgen", "generate", "--check")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", dir, err, out)
		}
	}
}

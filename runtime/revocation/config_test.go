package revocation_test

import (
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/revocation"
)

func TestConfigIsChecked(t *testing.T) {
	for want, change := range map[string]func(*config){
		"a Store is required":    func(c *config) { c.Store = nil },
		"a duration is negative": func(c *config) { c.Leeway = -1 },
		"MaxStaleness is longer": func(c *config) { c.MaxStaleness = revocation.MaxStalenessCap + 1 },
	} {
		cfg := config{Store: &store{}, SweepInterval: -1}
		change(&cfg)
		_, err := revocation.New(cfg)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "configure revocation: ") {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for _, change := range []func(*config){
		func(c *config) { c.MaxStaleness = -1 },
		func(c *config) { c.StoreTimeout = -time.Second },
	} {
		cfg := config{Store: &store{}, SweepInterval: -1}
		change(&cfg)
		if _, err := revocation.New(cfg); err == nil {
			t.Error("a negative duration passed")
		}
	}
}

package usage_test

import (
	"maps"
	"sync"
	"testing"

	"github.com/authgen-go/authgen/runtime/usage"
)

func TestTallyCountsByName(t *testing.T) {
	var tally usage.Tally
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			tally.Add("login")
			tally.Add("refresh")
			tally.Add("login")
			tally.Add("")
			tally.Counts()
		})
	}
	wg.Wait()
	if got, want := tally.Counts(), (map[string]uint64{"login": 100, "refresh": 50}); !maps.Equal(got, want) {
		t.Errorf("Counts = %v, want %v", got, want)
	}
}

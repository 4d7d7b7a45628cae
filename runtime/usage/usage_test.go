package usage_test

import (
	"sync"
	"testing"

	"github.com/authgen-go/authgen/runtime/usage"
)

func TestCounterCountsEachOutcome(t *testing.T) {
	var c usage.Counter
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			c.Accept()
			c.AcceptDeprecated()
			c.Refuse()
			c.Refuse()
			c.Miss()
			if now := c.Counts(); now.Deprecated > now.Accepted {
				t.Errorf("more deprecated than accepted: %+v", now)
			}
		})
	}
	wg.Wait()
	want := usage.Counts{Accepted: 100, Refused: 100, Unavailable: 50, Deprecated: 50}
	if got := c.Counts(); got != want {
		t.Errorf("Counts = %+v, want %+v", got, want)
	}
}

package apikey_test

import (
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
	"github.com/authgen-go/authgen/runtime/authn"
)

// SECURITY DUAL-05.
func TestDUAL05_NoKeyIsMadeFromTheSunsetOn(t *testing.T) {
	var sunset time.Time
	b := newBench(t, func(c *config) {
		sunset = c.Now().Add(day).Truncate(time.Microsecond)
		c.Sunset = sunset
	})
	b.clock.advance(day - time.Second)
	old, _ := b.issue(b.ada, read)
	b.clock.advance(time.Second)
	_, _, err := b.Create(t.Context(), b.ada.ID, b.ada, apikey.NewKey[scope]{Name: "late"})
	b.is("Create", err, authn.ErrStrategyRetired)
	_, _, err = b.Rotate(t.Context(), b.ada.ID, old.ID, nil)
	b.is("Rotate", err, authn.ErrStrategyRetired)
	b.must(b.Revoke(t.Context(), b.ada.ID, old.ID)) // what is there can still be ended
}

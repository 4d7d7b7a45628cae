package apikey_test

import (
	"errors"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0s": 0, "45s": 45 * time.Second, "1h30m": 90 * time.Minute, "30d": 720 * time.Hour, "2w": 336 * time.Hour, "1d12h": 36 * time.Hour,
	} {
		if got, err := apikey.ParseDuration(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", " ", "5", "-1h", "1.5h", "1h ", "h", "1y", "999999999w", "999999999d", "1h\n"} {
		if got, err := apikey.ParseDuration(text); !errors.Is(err, apikey.ErrInvalidDuration) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

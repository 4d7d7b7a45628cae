package ratelimit_test

import (
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/ratelimit"
)

func TestRateTextForm(t *testing.T) {
	for text, want := range map[string]ratelimit.Rate{
		"5/1m":       {Count: 5, Per: time.Minute},
		"10/1h":      {Count: 10, Per: time.Hour},
		"1/10s":      {Count: 1, Per: 10 * time.Second},
		"7/1h30m":    {Count: 7, Per: 90 * time.Minute},
		"7/1h0m30s":  {Count: 7, Per: time.Hour + 30*time.Second},
		"7/1m30s":    {Count: 7, Per: 90 * time.Second},
		"3/250ms":    {Count: 3, Per: 250 * time.Millisecond},
		"1000/24h":   {Count: 1000, Per: 24 * time.Hour},
		"100/10m":    {Count: 100, Per: 10 * time.Minute},
		"100/20h10m": {Count: 100, Per: 20*time.Hour + 10*time.Minute},
	} {
		got, err := ratelimit.ParseRate(text)
		if err != nil || got != want {
			t.Errorf("ParseRate(%q) = %v, %v", text, got, err)
		}
		if s := want.String(); s != text {
			t.Errorf("String = %q, want %q", s, text)
		}
	}
	for text, want := range map[string]string{"1/1d": "1/24h", "2/2w": "2/336h", "5/60s": "5/1m", "5/366d": "5/8784h"} {
		if got, err := ratelimit.ParseRate(text); err != nil || got.String() != want {
			t.Errorf("ParseRate(%q) = %v, %v, want %s", text, got, err, want)
		}
	}
}

func TestRateRefusesNonsense(t *testing.T) {
	for _, text := range []string{
		"", "5", "/", "5/", "/1m", "0/1m", "-1/1m", "+5/1m", "5/0s", "5/-1m", "5/1", "5/m", "5 / 1m", "5/1m ", "1.5/1m", "0x5/1m",
		"5/1m/1m", "5/367d", "5/53w", "5/1000d", "5/99999999999999999999d", "5/d", "5/-1d", "2/1ns", "99999999999/1h", "5/9999999h",
	} {
		if got, err := ratelimit.ParseRate(text); err == nil {
			t.Errorf("ParseRate(%q) = %v, want an error", text, got)
		}
	}
}

func FuzzRate(f *testing.F) {
	for _, s := range []string{"5/1m", "1/1d", "2/2w", "7/1h0m30s", "1/1.5h", "9/1us"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ratelimit.ParseRate(text)
		if err != nil {
			return
		}
		if err := r.Validate(); err != nil {
			t.Fatalf("%q gave %+v: %v", text, r, err)
		}
		if again, err := ratelimit.ParseRate(r.String()); err != nil || again != r {
			t.Fatalf("%q gave %v, which reads as %v, %v", text, r, again, err)
		}
	})
}

package refresh_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/refresh"
)

func TestConfigIsChecked(t *testing.T) {
	for want, change := range map[string]func(*config){
		"a Store is required":                 func(c *config) { c.Store = nil },
		"the Key must have at least 32 bytes": func(c *config) { c.Key = c.Key[:31] },
		"a duration is negative":              func(c *config) { c.TokenLife = -1 },
		"must be at least a second":           func(c *config) { c.TTL = time.Second - 1 },
		"IdleTTL must be at least a second":   func(c *config) { c.IdleTTL = time.Second - 1 },
		"IdleTTL is longer than TTL":          func(c *config) { c.TTL, c.IdleTTL = time.Hour, time.Hour+1 },
		"is longer than a minute":             func(c *config) { c.Grace = time.Minute + 1 },
	} {
		cfg := config{Store: &store{}, Key: key, SweepInterval: -1}
		change(&cfg)
		_, err := refresh.New(cfg)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "configure refresh tokens: ") {
			t.Errorf("%v, want %q", err, want)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%v tells the key", err)
		}
	}
}

// The key that a Service was made with stays, whatever its caller does with theirs.
func TestTheKeyIsTheServicesOwn(t *testing.T) {
	own := append([]byte(nil), key...)
	b := newBench(t, func(c *config) { c.Key = own })
	_, token := b.login()
	clear(own)
	b.next(token)
	if _, err := newBench(t).Parse(token); err != nil {
		t.Error("a token does not depend on the key alone")
	}
}

func TestIDs(t *testing.T) {
	for _, id := range []refresh.ID{{}, {15: 1}, {0: 0xff, 15: 0xff}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}} {
		text := id.String()
		if got, err := refresh.ParseID(text); got != id || err != nil || len(text) != 22 {
			t.Errorf("%q: %v, %v", text, got, err)
		}
		for _, twin := range []string{"", text[:21], text + "A", text + "=", text + "\n", text[:20] + "\n" + text[21:], text[:21] + "B", " " + text, text[:21] + "+"} {
			if got, err := refresh.ParseID(twin); err == nil || got != (refresh.ID{}) {
				t.Errorf("%q: %v, %v", twin, got, err)
			}
		}
	}
}

// Dead families go by themselves, and Close ends that.
func TestTheSweeperSweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) {
			c.Now, c.SweepInterval = time.Now, time.Minute
			c.TTL, c.IdleTTL, c.TokenLife = time.Hour, time.Hour, time.Second
		})
		f, _ := b.login()
		time.Sleep(time.Hour + 2*time.Minute)
		synctest.Wait()
		if b.there(f.ID) {
			t.Error("it is still there")
		}
		b.must(b.Close(t.Context()))
		b.store.calls()
		time.Sleep(time.Hour)
		if got := b.store.calls(); got != "" {
			t.Errorf("asked %q after Close", got)
		}
	})
}

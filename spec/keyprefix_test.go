package spec

import (
	"strings"
	"testing"
)

// TestKeyPrefixes holds the rules of prefixes, and that what a spec offers
// instead of a slip is what was meant.
func TestKeyPrefixes(t *testing.T) {
	form := keyPrefixForm()
	for _, prefix := range []string{"sk_live", "sk_test", "a", "0", "acme", "a_b_c", "v2_key", strings.Repeat("a", 32)} {
		if !form.accepts(prefix) {
			t.Errorf("%s is refused", prefix)
		}
	}
	for _, prefix := range []string{"", "_", "_a", "a_", "a__b", "A", "sk-live", "sk.live", "sk live", "ü", "a\n", "a\x00", "a`", "a'", "a/b", "a%", strings.Repeat("a", 33)} {
		if form.accepts(prefix) {
			t.Errorf("%q is accepted", prefix)
		}
	}

	for typed, want := range map[string]string{"sk_live_": "sk_live", "SK-LIVE": "sk_live", "a__b": "a_b", " Acme Key ": "acme_key", "__": ""} {
		if got := repairKeyPrefix(typed); got != want {
			t.Errorf("%q is repaired to %q, want %q", typed, got, want)
		}
	}
}

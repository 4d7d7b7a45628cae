package apikey_test

import (
	"crypto/sha256"
	"hash/crc32"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/apikey"
)

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

func TestAPI01_KeysAreWellFormed(t *testing.T) {
	n := 1_000_000
	if testing.Short() {
		n = 50_000
	}
	shape := regexp.MustCompile(`^sk_live_[0-9A-Za-z]{36}$`)
	seen := make(map[string]bool, n)
	for i := range n {
		key, hash := apikey.Forge("sk_live")
		if i < 50_000 && !shape.MatchString(key) {
			t.Fatalf("%q is not of the shape", key)
		}
		if got, ok := apikey.Parse("sk_live", key); !ok || got != hash {
			t.Fatalf("%q is not parsed", key)
		}
		if seen[key[8:24]] {
			t.Fatalf("%q repeats what another key has", key)
		}
		seen[key[8:24]] = true
	}
}

// The check sum is the CRC-32 (IEEE) of everything before it, most significant
// digit first.
func TestAPI01_KnownAnswer(t *testing.T) {
	const random = "sk_test_0123456789ABCDEFGHIJKLMNOPQRST"
	key := seal(random)
	if key != random+"06ImRt" {
		t.Errorf("sealed it is %s", key)
	}
	if hash, ok := apikey.Parse("sk_test", key); !ok || hash != sha256.Sum256([]byte(key)) {
		t.Errorf("%s is not parsed, or to another hash", key)
	}
}

func TestAPI01_EveryCharacterIsEquallyLikely(t *testing.T) {
	const n = 100_000
	var counts [30][256]int
	total := [256]int{}
	for range n {
		key, _ := apikey.Forge("k")
		for i := range 30 {
			counts[i][key[2+i]]++
			total[key[2+i]]++
		}
	}
	// 61 degrees of freedom: more than 150 comes by chance in one of 10⁸ runs. The
	// remainder of a byte by 62, without more ado, would give about 38000.
	if x := chiSquare(total, 30*n); x > 150 {
		t.Errorf("χ² = %.0f over all places", x)
	}
	for i := range counts {
		if x := chiSquare(counts[i], n); x > 160 {
			t.Errorf("χ² = %.0f at place %d", x, i)
		}
	}
}

func chiSquare(counts [256]int, n int) (x float64) {
	want := float64(n) / 62
	for _, c := range []byte(base62) {
		d := float64(counts[c]) - want
		x += d * d / want
	}
	return x
}

func TestAPI01_RandomTextOfTheShapeIsNoKey(t *testing.T) {
	n := 1_000_000
	if testing.Short() {
		n = 50_000
	}
	text := []byte("sk_live_" + strings.Repeat("x", 36))
	for range n {
		for i := 8; i < len(text); i++ {
			text[i] = base62[rand.N(62)]
		}
		if _, ok := apikey.Parse("sk_live", string(text)); ok {
			t.Fatalf("%s is taken for a key", text)
		}
	}
}

func TestAPI02_EveryChangedCharacterIsNoticed(t *testing.T) {
	for range 20 {
		key, _ := apikey.Forge("sk_live")
		for i := range len(key) {
			for c := range 256 {
				if byte(c) == key[i] {
					continue
				}
				if changed := key[:i] + string([]byte{byte(c)}) + key[i+1:]; parses(changed) {
					t.Fatalf("%q is taken for a key, made of %q", changed, key)
				}
			}
		}
	}
}

func parses(text string) bool {
	_, ok := apikey.Parse("sk_live", text)
	return ok
}

func TestAPI02_LookAlikesAreNoKeys(t *testing.T) {
	key, _ := apikey.Forge("sk_live")
	test, _ := apikey.Forge("sk_test")
	long, _ := apikey.Forge("sk_live_x")
	cases := map[string]string{
		"empty": "", "the prefix": "sk_live", "and an underscore": "sk_live_", "cut": key[:len(key)-1], "one more": key + "0",
		"other environment": test, "longer prefix": long, "upper case": strings.ToUpper(key), "no prefix": key[8:],
		"space before": " " + key, "line feed after": key + "\n", "NUL after": key[:43] + "\x00", "quoted": `"` + key + `"`,
		"two": key + "," + key, "wide digit": key[:40] + "０" + key[43:], "a megabyte": strings.Repeat("A", 1<<20),
		"swapped": swap(key), "prefix twice": "sk_live_" + key, "other separator": seal("sk_live-" + key[8:38]), "other prefix": seal("sk_dead_" + key[8:38]),
	}
	for name, text := range cases {
		if text != key && parses(text) {
			t.Errorf("%s: %q is taken for a key", name, text)
		}
	}
	if !parses(key) {
		t.Errorf("%q is not", key)
	}
}

// swap exchanges the first two neighbours that differ.
func swap(key string) string {
	for i := 8; ; i++ {
		if key[i] != key[i+1] {
			return key[:i] + string(key[i+1]) + string(key[i]) + key[i+2:]
		}
	}
}

func TestParseAllocatesNothing(t *testing.T) {
	key, _ := apikey.Forge("sk_live")
	bad := key[:len(key)-1] + "!"
	if n := testing.AllocsPerRun(100, func() { parses(key); parses(bad) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestCheckPrefix(t *testing.T) {
	for _, prefix := range []string{"k", "sk_live", "sk_test", "acme_sk_live_2", "0", strings.Repeat("a", 32)} {
		if err := apikey.CheckPrefix(prefix); err != nil {
			t.Errorf("%q: %v", prefix, err)
		}
		key, hash := apikey.Forge(prefix)
		if got, ok := apikey.Parse(prefix, key); !ok || got != hash {
			t.Errorf("%q: a key of it is not parsed", prefix)
		}
	}
	for _, prefix := range []string{"", "_", "sk_", "_sk", "sk__live", "SK_live", "sk-live", "sk live", "ключ", "sk\n", strings.Repeat("a", 33)} {
		if apikey.CheckPrefix(prefix) == nil {
			t.Errorf("%q is accepted", prefix)
		}
		if _, ok := apikey.Parse(prefix, prefix+"_"+strings.Repeat("0", 36)); ok {
			t.Errorf("%q: a key of it is parsed", prefix)
		}
	}
}

// FuzzParse is SECURITY Z-03: what was formatted is parsed, to the hash of its text
// and no other; what was parsed has the one spelling, and no neighbour is a key.
func FuzzParse(f *testing.F) {
	key, _ := apikey.Forge("sk_live")
	for _, text := range []string{"", "sk_live_", key, key[1:], key + "\n", strings.ToUpper(key), strings.Repeat("é", 22), key[:8] + strings.Repeat("0", 36)} {
		f.Add(text, uint8(9), uint8('x'))
	}
	f.Fuzz(func(t *testing.T, text string, place, char uint8) {
		if made := sealed(text); made != "" {
			if hash, ok := apikey.Parse("sk_live", made); !ok || hash != sha256.Sum256([]byte(made)) {
				t.Errorf("%q is not parsed", made)
			}
			text = made
		}
		hash, ok := apikey.Parse("sk_live", text)
		if !ok {
			if hash != (apikey.Hash{}) {
				t.Errorf("%q is refused with a hash", text)
			}
			return
		}
		if text != sealed(text[8:38]) {
			t.Errorf("%q is another spelling of %q", text, sealed(text[8:38]))
		}
		i := int(place) % len(text)
		if changed := text[:i] + string([]byte{char}) + text[i+1:]; changed != text && parses(changed) {
			t.Errorf("%q and %q are both keys", text, changed)
		}
	})
}

// sealed is the key whose random part are the first 30 characters of text, or "".
func sealed(text string) string {
	if len(text) < 30 || strings.Trim(text[:30], base62) != "" {
		return ""
	}
	return seal("sk_live_" + text[:30])
}

// seal appends the check sum of text.
func seal(text string) string {
	sum, digits := crc32.ChecksumIEEE([]byte(text)), ""
	for range 6 {
		digits, sum = string(base62[sum%62])+digits, sum/62
	}
	return text + digits
}

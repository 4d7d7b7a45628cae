package password

import (
	"strings"
	"testing"
)

func TestPHCStringsRoundTrip(t *testing.T) {
	for _, h := range []argon2Hash{
		{DefaultParams(), random(saltLen), random(keyLen)},
		{Params{8, 1, 1}, random(minSaltLen), random(minKeyLen)},
		{Params{maxMemoryKiB, maxWorkKiB / maxMemoryKiB, maxParallelism}, random(maxSaltLen), random(maxKeyLen)},
	} {
		encoded := h.String()
		got, err := parseArgon2(encoded)
		if err != nil {
			t.Errorf("%s: %v", encoded, err)
			continue
		}
		if got.String() != encoded || got.params != h.params || string(got.salt) != string(h.salt) || string(got.key) != string(h.key) {
			t.Errorf("%s gives %+v", encoded, got)
		}
	}
}

func FuzzParseArgon2(f *testing.F) {
	const good = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	for _, s := range []string{
		"", "$", "$$$$$", good, good + "\n", strings.Replace(good, "m=256", "m=0256", 1),
		strings.Replace(good, "t=2", "t=4294967295", 1), strings.Replace(good, "m=256", "m=4294967295", 1),
		strings.Replace(good, "p=1", "p=255", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=256,t=2", "t=2,m=256", 1), strings.Replace(good, "c29tZXNhbHQ", "c29tZXNhbHR", 1),
		argon2Hash{DefaultParams(), make([]byte, saltLen), make([]byte, keyLen)}.String(),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, encoded string) {
		h, err := parseArgon2(encoded)
		if err != nil {
			if err != ErrUnreadable {
				t.Fatalf("error %v", err)
			}
			return
		}
		if h.String() != encoded {
			t.Fatalf("%q is another spelling of %q", encoded, h)
		}
		if err := h.params.withinCaps(); err != nil {
			t.Fatalf("over the caps: %v", err)
		}
		if len(h.salt) < minSaltLen || len(h.salt) > maxSaltLen || len(h.key) < minKeyLen || len(h.key) > maxKeyLen {
			t.Fatalf("salt of %d, key of %d bytes", len(h.salt), len(h.key))
		}
	})
}

// FuzzCheckBcrypt holds what passes the check against the library that has to
// read it: it must neither panic nor refuse.
func FuzzCheckBcrypt(f *testing.F) {
	for _, s := range []string{
		"$2a$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2y$31$" + strings.Repeat(".", 53), "$2", "$2a$", "$2a$0x$",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, encoded string) {
		if !isBcrypt(encoded) || checkBcrypt(encoded) != nil {
			return
		}
		if cost := encoded[4:6]; cost < "04" || cost > "15" {
			t.Fatalf("cost %s", cost)
		}
		if encoded[4:6] == "04" { // the cheapest; others take the fuzzer's time
			bcryptMatches(encoded, "password")
		}
	})
}

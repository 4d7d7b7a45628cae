package password_test

import (
	"context"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/password"
)

// newHasher returns a Hasher with the defaults where cfg is zero.
func newHasher(t testing.TB, cfg password.HasherConfig) *password.Hasher {
	t.Helper()
	h, err := password.NewHasher(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func verify(t testing.TB, h *password.Hasher, encoded, pw string) password.Result {
	t.Helper()
	r, err := h.Verify(context.Background(), encoded, pw)
	if err != nil {
		t.Fatalf("Verify(%q): %v", encoded, err)
	}
	return r
}

// The hashes are those the reference implementation of Argon2 tests itself with.
func TestVerifyAgreesWithTheReferenceImplementationOfArgon2id(t *testing.T) {
	h := newHasher(t, password.HasherConfig{})
	for _, c := range []struct{ password, encoded string }{
		{"password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"},
		{"password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"},
		{"password", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"},
		{"password", "$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg"},
		{"password", "$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$kCXUjmjvc5XMqQedpMTsOv+zyJEf5PhtGiUghW9jFyw"},
		{"differentpassword", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94"},
		{"password", "$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw"},
	} {
		if r := verify(t, h, c.encoded, c.password); !r.Match || !r.Outdated {
			t.Errorf("%s: %+v, want a match that is outdated", c.encoded, r)
		}
	}
	if r := verify(t, h, "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "passwore"); r.Match {
		t.Error("another password matched")
	}
}

const digitsAndLetters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" // 72 bytes

// The hashes are those crypt_blowfish tests itself with.
func TestVerifyAgreesWithCryptBlowfish(t *testing.T) {
	h := newHasher(t, password.HasherConfig{})
	for _, c := range []struct{ password, encoded string }{
		{"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
		{"U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"},
		{"U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"},
		{"", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"},
		{digitsAndLetters, "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"},
		{"\xff\xff\xa3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e"},
		{"\xff\xff\xa3", "$2b$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e"},
		{"\xa3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq"},
	} {
		if r := verify(t, h, c.encoded, c.password); !r.Match || !r.Outdated {
			t.Errorf("%s: %+v, want a match that is outdated", c.encoded, r)
		}
		if r := verify(t, h, c.encoded, c.password+"x"); r.Match {
			t.Errorf("%s: matched a longer password", c.encoded)
		}
	}
}

// SECURITY PWD-02.
func TestPWD02_BcryptNeverMatchesWhatItWouldNotReadWhole(t *testing.T) {
	h := newHasher(t, password.HasherConfig{})
	const of72 = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
	for _, tail := range []string{"c", "chars after 72 are ignored", strings.Repeat("x", 1000), "\x00"} {
		if verify(t, h, of72, digitsAndLetters+tail).Match {
			t.Errorf("72 bytes and %d more matched", len(tail))
		}
	}
	const ofNothing = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"
	for _, pw := range []string{"\x00", "\x00\x00\x00"} {
		if verify(t, h, ofNothing, pw).Match {
			t.Errorf("%q matched the hash of the empty password", pw)
		}
	}
	const ofUU = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
	if verify(t, h, ofUU, "U*U\x00U*U").Match {
		t.Error("a password repeated after its NUL matched")
	}
}

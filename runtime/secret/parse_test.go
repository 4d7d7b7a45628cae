package secret_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/secret"
)

func TestParseTakesEveryUsualBase64(t *testing.T) {
	want := parse(t, base64.StdEncoding.EncodeToString(rootBytes)).Derive("x", 32)
	long := append(bytes.Clone(rootBytes), mustHex("fbefbe0102fffe3e3f")...) // has + and /, - and _
	wantLong := parse(t, base64.StdEncoding.EncodeToString(long)).Derive("x", 32)
	for name, enc := range map[string]*base64.Encoding{
		"standard, padded": base64.StdEncoding, "standard, not padded": base64.RawStdEncoding,
		"URL, padded": base64.URLEncoding, "URL, not padded": base64.RawURLEncoding,
	} {
		if got := parse(t, " "+enc.EncodeToString(rootBytes)+"\n").Derive("x", 32); !bytes.Equal(got, want) {
			t.Errorf("%s: another secret", name)
		}
		if got := parse(t, enc.EncodeToString(long)).Derive("x", 32); !bytes.Equal(got, wantLong) {
			t.Errorf("%s: another long secret", name)
		}
	}
}

// SECURITY KEY-01.
func TestKEY01_ParseRefusesShortAndMadeUp(t *testing.T) {
	encode := base64.StdEncoding.EncodeToString
	counting := make([]byte, 32)
	for i := range counting {
		counting[i] = byte(i)
	}
	for name, text := range map[string]string{
		"empty":                   "",
		"white space":             " \t\n",
		"not base64":              "this is not base64 at all, and long enough",
		"mixed alphabets":         "+_" + encode(rootBytes)[2:],
		"16 bytes":                encode(rootBytes[:16]),
		"31 bytes":                encode(rootBytes[:31]),
		"zeros":                   encode(make([]byte, 32)),
		"one byte":                encode(bytes.Repeat([]byte{0xa7}, 64)),
		"two bytes in turn":       encode(bytes.Repeat([]byte{0xa7, 0x13}, 16)),
		"half, twice":             encode(append(bytes.Clone(rootBytes[:16]), rootBytes[:16]...)),
		"half of the text, twice": strings.Repeat(encode(rootBytes)[:23], 2),
		"counting":                encode(counting),
		"digits":                  encode([]byte("31415926535897932384626433832795028841971")),
		"placeholder, repeated":   strings.Repeat("changeme", 6),
		"secret, repeated":        strings.Repeat("secret", 8),
		"placeholder as base64":   "changeMe/changeMe/0123456789/abcdefghijklmno",
		"placeholder, encoded":    encode([]byte("Please-Change-Me-Before-You-Go-Live!")),
		"password, encoded":       encode([]byte("my very long password for this site 12")),
		"secret, encoded, dashed": encode([]byte("this-is-a-super-secret-key-0123456789")),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := secret.Parse("AUTH_SECRET", text)
			if err == nil {
				t.Fatal("accepted")
			}
			if !s.IsZero() {
				t.Error("a refused text gave a secret")
			}
			if !strings.HasPrefix(err.Error(), "AUTH_SECRET ") {
				t.Errorf("the error does not begin with the name: %v", err)
			}
		})
	}
}

func TestParseTakesRandomHexadecimalText(t *testing.T) {
	// What "openssl rand -hex 32 | base64" prints holds 256 bits all the same.
	text := "c7b2380ff1ae2d4596d04ecb8a17930ce5f264178bd39a0e6c4d21f7b0853ea9\n"
	parse(t, base64.StdEncoding.EncodeToString([]byte(text)))
}

// SECURITY KEY-09.
func TestKEY09_ParseErrorsHoldNothingOfTheText(t *testing.T) {
	const canary = "CANARYcanary"
	for _, text := range []string{
		canary, canary + "!", canary + "==", strings.Repeat(canary, 8), canary + strings.Repeat("A", 400), canary + "\x00\xff",
	} {
		_, err := secret.Parse("AUTH_SECRET", text)
		if err == nil {
			t.Fatalf("%q was accepted; the test needs texts that are refused", text)
		}
		if strings.Contains(strings.ToLower(err.Error()), "canary") {
			t.Errorf("the error quotes the text: %v", err)
		}
	}
}

func TestGenerateIsAccepted(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		s, text := secret.Generate()
		if !bytes.Equal(parse(t, text).Derive("x", 32), s.Derive("x", 32)) {
			t.Fatal("the text is not that of the secret")
		}
		if seen[text] {
			t.Fatal("the same secret twice")
		}
		seen[text] = true
	}
}

func FuzzParse(f *testing.F) {
	_, text := secret.Generate()
	f.Add(text)
	f.Add("")
	f.Add("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
	f.Add(strings.Repeat("secret", 8))
	f.Add("-_+/" + text)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := secret.Parse("NAME", text)
		if (err == nil) == s.IsZero() {
			t.Fatalf("error %v with zero secret %v", err, s.IsZero())
		}
		if err == nil {
			s.Derive("x", 32)
		}
	})
}

// SECURITY KEY-01, KEY-09.
func TestKEY01_BytesAreHeldToTheRulesOfSecrets(t *testing.T) {
	for _, text := range []string{base64.StdEncoding.EncodeToString(rootBytes), " " + base64.RawURLEncoding.EncodeToString(rootBytes) + "\n"} {
		got, err := secret.ParseBytes("AUTH_JWT_SECRET", text)
		if err != nil || !bytes.Equal(got, rootBytes) {
			t.Errorf("%v", err)
		}
	}
	for _, text := range []string{"", "CANARY", base64.StdEncoding.EncodeToString(rootBytes[:31]), strings.Repeat("secret", 8)} {
		got, err := secret.ParseBytes("AUTH_JWT_SECRET", text)
		_, want := secret.Parse("AUTH_JWT_SECRET", text)
		if err == nil || got != nil || err.Error() != want.Error() {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

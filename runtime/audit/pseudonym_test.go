package audit_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/audit"
)

// SECURITY LOG-02.
func TestLOG02_PseudonymTellsNamesApartAndNothingElse(t *testing.T) {
	one := audit.NewPseudonym([]byte("0123456789abcdef0123456789abcdef"))
	two := audit.NewPseudonym([]byte("fedcba9876543210fedcba9876543210"))
	name := "ada@example.com"
	got := one.Of(name)
	if !regexp.MustCompile(`^unknown:[0-9a-f]{16}$`).MatchString(got) {
		t.Fatalf("Of = %q", got)
	}
	if one.Of(name) != got {
		t.Fatal("one name, two pseudonyms")
	}
	if one.Of("eve@example.com") == got || two.Of(name) == got {
		t.Fatal("another name or another key must give another pseudonym")
	}
	if zero := (audit.Pseudonym{}).Of(name); zero != "" {
		t.Fatalf("the zero Pseudonym gave %q", zero)
	}
}

// SECURITY LOG-02.
func TestLOG02_PseudonymCopiesItsKey(t *testing.T) {
	key := []byte("0123456789abcdef")
	p := audit.NewPseudonym(key)
	before := p.Of("ada")
	clear(key)
	if p.Of("ada") != before {
		t.Fatal("the caller's key is shared")
	}
}

// SECURITY KEY-09.
func TestKEY09_PseudonymPrintsNothingOfItsKey(t *testing.T) {
	key := []byte("canary-canary-canary")
	p := audit.NewPseudonym(key)
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+"\n", p)
		fmt.Fprintf(&out, verb+"\n", &p)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("p", "p", p)
	_ = json.NewEncoder(&out).Encode(struct{ P any }{p})
	for _, secret := range []string{string(key), hex.EncodeToString(key), base64.StdEncoding.EncodeToString(key), strings.Trim(fmt.Sprint(key), "[]")} {
		if strings.Contains(out.String(), secret) {
			t.Fatalf("found %q in %s", secret, out.String())
		}
	}
}

// SECURITY KEY-01.
func TestKEY01_PseudonymRefusesAShortKey(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("a key of 15 bytes was taken")
		}
	}()
	audit.NewPseudonym(make([]byte, 15))
}

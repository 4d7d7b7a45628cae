package secret_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"reflect"
	"testing"

	"github.com/authgen-go/authgen/runtime/secret"
)

// rootBytes is fixed so that derived keys are known answers; it is not random
// and not used anywhere else.
var rootBytes = mustHex("5b1f0cd3a49e7728c6e05592bd6141f887033ad9fe12e6904c75ab28d10f9e63")

func mustHex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func parse(t *testing.T, text string) secret.Secret {
	t.Helper()
	s, err := secret.Parse("AUTH_SECRET", text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The expected keys were computed with another implementation of RFC 5869. They
// must never change: a new release has to open what an older one sealed (API-08).
// SECURITY KEY-08.
func TestKEY08_DerivedKeysAreHKDFAndStayTheSame(t *testing.T) {
	s := parse(t, base64.StdEncoding.EncodeToString(rootBytes))
	for _, c := range []struct{ label, want string }{
		{"audit pseudonyms", "37a232d248c67267c48a0408416f8c384741f970c3d3afd01a3f1ab0fe28c156"},
		{"csrf", "0a7ed3caa45efed1702401bf9de04041d0628c9f9640809eb4924d6e70303eed"},
	} {
		if got := hex.EncodeToString(s.Derive(c.label, 32)); got != c.want {
			t.Errorf("Derive(%q) = %s, want %s", c.label, got, c.want)
		}
	}
}

// SECURITY KEY-08.
func TestKEY08_LabelsGiveUnrelatedKeys(t *testing.T) {
	s, _ := secret.Generate()
	a, b := s.Derive("jwt", 32), s.Derive("csrf", 32)
	if bytes.Equal(a, b) {
		t.Error("two labels gave one key")
	}
	if !bytes.Equal(a, s.Derive("jwt", 32)) {
		t.Error("one label gave two keys")
	}
	other, _ := secret.Generate()
	if bytes.Equal(a, other.Derive("jwt", 32)) {
		t.Error("two secrets gave one key")
	}
}

// SECURITY KEY-08.
func TestKEY08_DerivedKeysAreCopies(t *testing.T) {
	s, _ := secret.Generate()
	first := s.Derive("jwt", 32)
	want := bytes.Clone(first)
	clear(first)
	if !bytes.Equal(s.Derive("jwt", 32), want) {
		t.Error("writing to a derived key changed the next one")
	}
}

func TestDerivePanicsWhereTheKeyWouldProtectNothing(t *testing.T) {
	s, _ := secret.Generate()
	for name, derive := range map[string]func(){
		"zero secret": func() { secret.Secret{}.Derive("jwt", 32) },
		"no label":    func() { s.Derive("", 32) },
		"no bytes":    func() { s.Derive("jwt", 0) },
		"negative":    func() { s.Derive("jwt", -1) },
		"too many":    func() { s.Derive("jwt", 255*32+1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			derive()
		})
	}
}

// SECURITY KEY-10.
func TestKEY10_SecretsCannotBeComparedWithEquals(t *testing.T) {
	if reflect.TypeFor[secret.Secret]().Comparable() {
		t.Error("== compiles on Secret")
	}
}

package token_test

import (
	"bytes"
	"testing"

	"github.com/authgen-go/authgen/runtime/token"
)

func TestASetKeepsTheKeysThatAreTheSame(t *testing.T) {
	for _, alg := range algorithms {
		first, again := newKey(t, alg), newKey(t, alg)
		old := must(token.NewKeySet(first))(t)
		fresh := must(token.NewKeySet(again))(t)
		kept := fresh.Keeping(old)
		if kept.Find(first.ID()) != first || kept.Signing() != first {
			t.Errorf("%s: the key was not kept", alg)
		}
		if !bytes.Equal(kept.JWKS(), fresh.JWKS()) || kept.Len() != 1 {
			t.Errorf("%s: another set of %d: %s", alg, kept.Len(), kept.JWKS())
		}
		if old.Signing() != first || fresh.Signing() != again {
			t.Errorf("%s: a set was changed", alg)
		}
	}
}

// What differs in anything but its name is another key, and what has left has left.
// SECURITY KEY-04.
func TestKEY04_ASetKeepsNoKeyButItsOwn(t *testing.T) {
	signs := newKey(t, token.EdDSA)
	verifies := must(token.NewPublic(signs.Public()))(t)
	namesake := token.SetID(newKey(t, token.ES256), signs.ID())
	left := newKey(t, token.HS256)
	for name, k := range map[string]*token.Key{"verifies only": verifies, "namesake": namesake} {
		fresh := must(token.NewKeySet(nil, k))(t)
		kept := fresh.Keeping(must(token.NewKeySet(signs, left))(t))
		if kept.Find(signs.ID()) != k || kept.Signing() != nil {
			t.Errorf("%s: it is another", name)
		}
		if kept.Find(left.ID()) != nil || kept.Len() != 1 {
			t.Errorf("%s: a key that left is back", name)
		}
	}
}

func TestASetKeepsNothingOfNoSet(t *testing.T) {
	set := must(token.NewKeySet(newKey(t, token.EdDSA)))(t)
	if set.Keeping(nil) != set || set.Keeping(set) != set {
		t.Error("another set")
	}
}

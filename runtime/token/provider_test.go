package token_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/token"
)

const (
	secretName   = "AUTH_JWT_SECRET"
	previousName = "AUTH_JWT_SECRET_PREVIOUS"
)

// keysFrom returns the set of a provider.
func keysFrom(t *testing.T, p token.Provider, err error) *token.KeySet {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return must(p.Keys(start))(t)
}

func TestTokensOfThePreviousSecretAreAccepted(t *testing.T) {
	text, previous := base64.StdEncoding.EncodeToString(hmacSecretOf(32)), base64.StdEncoding.EncodeToString(hmacSecret)
	old := newBench(t, token.HS256)
	issued := old.issue()

	p, err := token.HMACKeys(secretName, text, previousName, previous)
	set := keysFrom(t, p, err)
	changed := newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.Keys = token.NewRing(set) })
	changed.accepts("of the previous secret", issued)
	if set.Len() != 2 || set.Signing().ID() == old.key.ID() || string(set.JWKS()) != `{"keys":[]}` {
		t.Errorf("%d keys, signing %v, published %s", set.Len(), set.Signing(), set.JWKS())
	}

	for _, none := range []string{"", " \n"} {
		p, err := token.HMACKeys(secretName, text, previousName, none)
		after := newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.Keys = token.NewRing(keysFrom(t, p, err)) })
		after.refuses("once the change is over", issued, token.ErrInvalidToken)
	}
}

// SECURITY KEY-01, KEY-09.
func TestKEY01_SecretsInTheEnvironmentAreHeldToTheRules(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(hmacSecret)
	other := base64.StdEncoding.EncodeToString(hmacSecretOf(32))
	for name, c := range map[string]struct{ text, previous, blamed string }{
		"not set":               {"", "", secretName},
		"only the previous":     {"", good, secretName},
		"16 bytes":              {base64.StdEncoding.EncodeToString(hmacSecret[:16]), "", secretName},
		"31 bytes":              {base64.StdEncoding.EncodeToString(hmacSecret[:31]), "", secretName},
		"not base64":            {"CANARY " + good, "", secretName},
		"placeholder":           {base64.StdEncoding.EncodeToString([]byte("CANARY-please-change-me-before-you-go-live")), "", secretName},
		"too long":              {base64.StdEncoding.EncodeToString(hmacSecretOf(1025)), "", secretName},
		"previous of 16 bytes":  {good, base64.StdEncoding.EncodeToString(hmacSecret[:16]), previousName},
		"previous not base64":   {good, "CANARY " + other, previousName},
		"previous is the same":  {good, good, previousName},
		"same in another dress": {good, base64.RawURLEncoding.EncodeToString(hmacSecret), previousName},
	} {
		p, err := token.HMACKeys(secretName, c.text, previousName, c.previous)
		if err == nil || p != nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if word, _, _ := strings.Cut(err.Error(), " "); strings.TrimSuffix(word, ":") != c.blamed {
			t.Errorf("%s: the error does not begin with %s: %v", name, c.blamed, err)
		}
		for _, canary := range append(spellings(hmacSecret), "CANARY") {
			if strings.Contains(err.Error(), canary) {
				t.Errorf("%s: the error holds a part of the secret: %v", name, err)
			}
		}
	}
}

func TestAStaticProviderNeedsKeys(t *testing.T) {
	if set, err := token.Static(nil).Keys(start); err == nil || set != nil {
		t.Error("keys of nothing")
	}
	set := must(token.NewKeySet(newKey(t, token.EdDSA)))(t)
	if got := keysFrom(t, token.Static(set), nil); got != set {
		t.Error("another set")
	}
}

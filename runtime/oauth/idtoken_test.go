package oauth_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authgen-go/authgen/runtime/oauth"
	"github.com/authgen-go/authgen/runtime/oauth/oauthtest"
)

// A lie is an ID token that must not be believed, and why.
type lie struct {
	misdeeds oauthtest.Misdeeds
	reason   string
}

func claim(name string, value any) oauthtest.Misdeeds {
	return oauthtest.Misdeeds{Claims: func(c map[string]any) { c[name] = value }}
}

func without(name string) oauthtest.Misdeeds {
	return oauthtest.Misdeeds{Claims: func(c map[string]any) { delete(c, name) }}
}

func header(name string, value any) oauthtest.Misdeeds {
	return oauthtest.Misdeeds{Header: func(h map[string]any) {
		if h[name] = value; value == nil {
			delete(h, name)
		}
	}}
}

// SECURITY OAC-02, OAC-04. The names are those of OpenID's suite of tests where it has one.
func TestOAC04_IDTokensThatLie(t *testing.T) {
	at := func(d time.Duration) int64 { return start.Add(d).Unix() }
	for what, l := range map[string]lie{
		"invalid-iss":                   {claim("iss", "https://evil.example"), "wrong-issuer"},
		"missing-iss":                   {without("iss"), "wrong-issuer"},
		"iss with a slash":              {oauthtest.Misdeeds{Claims: func(c map[string]any) { c["iss"] = c["iss"].(string) + "/" }}, "wrong-issuer"},
		"invalid-aud":                   {claim("aud", "somebody else"), "wrong-audience"},
		"missing-aud":                   {without("aud"), "wrong-audience"},
		"no audience":                   {claim("aud", []string{}), "wrong-audience"},
		"aud is a number":               {claim("aud", 7), "wrong-audience"},
		"several audiences, no azp":     {claim("aud", []string{"client-of-the-test", "another"}), "wrong-authorized-party"},
		"azp of another":                {claim("azp", "another"), "wrong-authorized-party"},
		"azp is null":                   {claim("azp", nil), "wrong-authorized-party"},
		"missing-exp":                   {without("exp"), "malformed-claims"},
		"expired":                       {claim("exp", at(-time.Second)), "expired"},
		"exp is a string":               {claim("exp", "tomorrow"), "malformed-claims"},
		"not yet":                       {claim("nbf", at(time.Hour)), "expired"},
		"missing-iat":                   {without("iat"), "bad-issued-at"},
		"iat is null":                   {claim("iat", nil), "malformed-claims"},
		"iat is negative":               {claim("iat", -1), "bad-issued-at"},
		"iat in the year 10000":         {claim("iat", 253402300800), "bad-issued-at"},
		"iat of the future":             {claim("iat", at(time.Minute)), "bad-issued-at"},
		"iat long before the flow":      {claim("iat", at(-5*time.Minute-time.Second)), "bad-issued-at"},
		"missing-sub":                   {without("sub"), "no-subject"},
		"sub is empty":                  {claim("sub", ""), "no-subject"},
		"sub is null":                   {claim("sub", nil), "no-subject"},
		"sub has a line break":          {claim("sub", "1\n2"), "no-subject"},
		"sub is not ASCII":              {claim("sub", "ä"), "no-subject"},
		"sub ends in a space":           {claim("sub", "1 "), "no-subject"},
		"sub is too long":               {claim("sub", strings.Repeat("1", 256)), "no-subject"},
		"nonce-invalid":                 {claim("nonce", strings.Repeat("A", 43)), "wrong-nonce"},
		"nonce missing":                 {without("nonce"), "wrong-nonce"},
		"nonce is empty":                {claim("nonce", ""), "wrong-nonce"},
		"nonce is null":                 {claim("nonce", nil), "wrong-nonce"},
		"invalid-athash":                {claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "wrong-at-hash"},
		"at_hash is empty":              {claim("at_hash", ""), "wrong-at-hash"},
		"at_hash is null":               {claim("at_hash", nil), "wrong-at-hash"},
		"a claim in another case":       {claim("Sub", "somebody else"), "malformed-claims"},
		"a claim that folds to a name":  {claim("ſub", "somebody else"), "malformed-claims"},
		"kid absent":                    {header("kid", nil), "no-key-id"},
		"kid is empty":                  {header("kid", ""), "no-key-id"},
		"kid too long":                  {header("kid", strings.Repeat("k", 257)), "no-key-id"},
		"kid of no key":                 {header("kid", "../../etc/passwd"), "unknown-key"},
		"crit":                          {header("crit", []string{"x"}), "bad-signature"},
		"b64":                           {oauthtest.Misdeeds{Header: func(h map[string]any) { h["crit"], h["b64"] = []string{"b64"}, false }}, "bad-signature"},
		"alg of another key":            {header("alg", "EdDSA"), "wrong-algorithm"},
		"alg that is not allowed":       {header("alg", "ES512"), "wrong-algorithm"},
		"alg none with a signature":     {header("alg", "none"), "wrong-algorithm"},
		"sig-none":                      {oauthtest.Misdeeds{Header: func(h map[string]any) { h["alg"] = "none" }, Sign: func(string) string { return "" }}, "wrong-algorithm"},
		"sig-NoNe":                      {oauthtest.Misdeeds{Header: func(h map[string]any) { h["alg"] = "NoNe" }, Sign: func(string) string { return "" }}, "wrong-algorithm"},
		"no signature":                  {oauthtest.Misdeeds{Sign: func(string) string { return "" }}, "bad-signature"},
		"five parts":                    {oauthtest.Misdeeds{Sign: func(string) string { return "a.b.c" }}, "malformed-id-token"},
		"a line break in the signature": {oauthtest.Misdeeds{Sign: func(string) string { return "AAAA\r\nAAAA" }}, "malformed-id-token"},
		"a signature in DER":            {oauthtest.Misdeeds{Sign: func(string) string { return "MEUCIQDx" }}, "bad-signature"},
	} {
		t.Run(what, func(t *testing.T) {
			b := newBench(t)
			b.provider.Misbehave(l.misdeeds)
			login, err := b.login(name, oauth.Flow{})
			b.refused(what, err, oauth.ErrIdentity, l.reason)
			if w := answers(err); w.Code != http.StatusUnauthorized || login.Subject != "" || login.Tokens.Access != "" {
				t.Errorf("status %d, login %+v", w.Code, login)
			}
			b.tokenCalls(what, 1)
		})
	}
}

// What looks unusual and is good.
func TestOAC04_IDTokensThatAreUnusual(t *testing.T) {
	for what, m := range map[string]oauthtest.Misdeeds{
		"aud is an array":           claim("aud", []string{"client-of-the-test"}),
		"several audiences and azp": {Claims: func(c map[string]any) { c["aud"], c["azp"] = []string{"x", "client-of-the-test"}, "client-of-the-test" }},
		"azp":                       claim("azp", "client-of-the-test"),
		"no at_hash":                without("at_hash"),
		"no typ":                    header("typ", nil),
		"iat a little ahead":        claim("iat", start.Add(59*time.Second).Unix()),
		"iat a little behind":       claim("iat", start.Add(-4*time.Minute).Unix()),
		"iat has a fraction":        claim("iat", float64(start.Unix())+0.5),
		"claims of its own":         claim("groups", []map[string]any{{"a": 1}}),
	} {
		b := newBench(t)
		b.provider.Misbehave(m)
		b.logsIn(what, name)
	}
}

// The signature is that of a key which the provider does not publish, or no signature at
// all. SECURITY OAC-04, JWT-01 to JWT-04.
func TestOAC04_SignaturesThatDoNotHold(t *testing.T) {
	for _, algorithm := range []string{"RS256", "ES256", "EdDSA"} {
		b := newBench(t)
		b.provider.Rotate(t, algorithm)
		b.logsIn(algorithm, name)
		forged := forge(t, algorithm)
		b.provider.Misbehave(oauthtest.Misdeeds{Sign: forged})
		_, err := b.login(name, oauth.Flow{})
		b.refused("invalid-sig-"+algorithm, err, oauth.ErrIdentity, "bad-signature")

		// HMAC with what everybody knows of the key (SECURITY JWT-03).
		public := b.provider.PublicKey()
		der := must(x509.MarshalPKIXPublicKey(public))(t)
		b.provider.Misbehave(oauthtest.Misdeeds{
			Header: func(h map[string]any) { h["alg"] = "HS256" },
			Sign:   func(signed string) string { return signHMAC(der, signed) },
		})
		_, err = b.login(name, oauth.Flow{})
		b.refused("HS256 with the public key of "+algorithm, err, oauth.ErrIdentity, "wrong-algorithm")

		// And with the client's secret, which OpenID Connect allows and this does not.
		b.provider.Misbehave(oauthtest.Misdeeds{
			Header: func(h map[string]any) { h["alg"] = "HS256" },
			Sign:   func(signed string) string { return signHMAC([]byte(b.provider.ClientSecret), signed) },
		})
		_, err = b.login(name, oauth.Flow{})
		b.refused("HS256 with the client's secret", err, oauth.ErrIdentity, "wrong-algorithm")
	}
}

// A token that brings its own key is verified by the provider's. SECURITY JWT-04.
func TestOAC04_TokensBringNoKeys(t *testing.T) {
	b := newBench(t)
	_, private, err := ed25519.GenerateKey(rand.Reader)
	b.must(err)
	b.provider.Rotate(t, "EdDSA")
	jwk := map[string]string{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(private.Public().(ed25519.PublicKey))}
	b.provider.Misbehave(oauthtest.Misdeeds{
		Header: func(h map[string]any) { h["jwk"], h["jku"] = jwk, b.provider.URL()+"/canary" },
		Sign: func(signed string) string {
			return base64.RawURLEncoding.EncodeToString(ed25519.Sign(private, []byte(signed)))
		},
	})
	_, err = b.login(name, oauth.Flow{})
	b.refused("its own key", err, oauth.ErrIdentity, "bad-signature")
	if n := b.provider.Calls("/canary"); n != 0 {
		t.Errorf("jku was asked %d times", n)
	}
}

// SECURITY OAC-04; OpenID Connect Core 1.0 section 10.1: kid-absent-multiple-jwks.
func TestOAC04_OfSeveralKeysTheTokenNamesOne(t *testing.T) {
	b := newBench(t)
	b.provider.AddKey(t, "ES256")
	b.provider.AddKey(t, "RS256")
	b.logsIn("with a kid", name)
	b.provider.Misbehave(header("kid", nil))
	_, err := b.login(name, oauth.Flow{})
	b.refused("without", err, oauth.ErrIdentity, "no-key-id")
}

// A provider that says which algorithms it has is held to them, and one that does not has
// RS256 alone (OpenID Connect Core 1.0 section 3.1.3.7). SECURITY OAC-04.
func TestOAC04_AlgorithmsAreThoseOfTheMetadata(t *testing.T) {
	advertise := func(list ...string) oauthtest.Misdeeds {
		return oauthtest.Misdeeds{Configuration: func(m map[string]any) {
			if m["id_token_signing_alg_values_supported"] = list; list == nil {
				delete(m, "id_token_signing_alg_values_supported")
			}
		}}
	}
	for what, tc := range map[string]struct {
		advertised []string
		signs      string
		good       bool
	}{
		"one that is advertised":      {[]string{"none", "HS256", "ES256"}, "ES256", true},
		"one that is not":             {[]string{"RS256"}, "ES256", false},
		"RS256, none is advertised":   {nil, "RS256", true},
		"another, none is advertised": {nil, "ES256", false},
	} {
		b := newBench(t)
		b.provider.Rotate(t, tc.signs)
		b.provider.Misbehave(advertise(tc.advertised...))
		_, err := b.login(name, oauth.Flow{})
		if tc.good {
			b.must(err)
			continue
		}
		b.refused(what, err, oauth.ErrIdentity, "wrong-algorithm")
	}
}

// SECURITY OAC-04: signing-key-rotation. A key that the provider takes back is one that
// somebody else may have (SECURITY KEY-04).
func TestOAC04_KeysRotate(t *testing.T) {
	b := newBench(t)
	b.logsIn("the first key", name)
	b.provider.Rotate(t, "ES256")
	b.clock.advance(time.Minute)
	b.logsIn("the next one", name)
	if n := b.provider.Calls(oauthtest.PathKeys); n != 2 {
		t.Errorf("the keys were asked for %d times, want 2", n)
	}
}

// However many tokens name keys that are not there, the provider is asked for its keys once
// in a while. SECURITY OAC-04, KEY-05.
func TestKEY05_UnknownKeysCauseNoStorm(t *testing.T) {
	b := newBench(t)
	b.logsIn("a good one", name)
	b.clock.advance(time.Minute)
	b.provider.Misbehave(header("kid", "no such key"))
	for range 50 {
		_, err := b.login(name, oauth.Flow{})
		b.refused("an unknown key", err, oauth.ErrIdentity, "unknown-key")
	}
	b.provider.Misbehave(oauthtest.Misdeeds{Sign: forge(t, "ES256")})
	for range 50 {
		_, err := b.login(name, oauth.Flow{})
		b.refused("a bad signature", err, oauth.ErrIdentity, "bad-signature")
	}
	if n := b.provider.Calls(oauthtest.PathKeys); n != 2 {
		t.Errorf("the keys were asked for %d times, want 2", n)
	}
}

// SECURITY F-22, F-23: keys that cannot be fetched are no verdict on a token, and those that
// are there stay in force.
func TestF23_KeysThatCannotBeKnown(t *testing.T) {
	b := newBench(t)
	down := map[string]http.HandlerFunc{oauthtest.PathKeys: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }}
	b.provider.Misbehave(oauthtest.Misdeeds{Answers: down})
	_, err := b.login(name, oauth.Flow{})
	b.refused("none", err, oauth.ErrProvider, "keys-unavailable")
	events := b.events.Events()
	for _, e := range events {
		if e.Strategy != "oauth" {
			t.Errorf("event %+v is of another strategy", e)
		}
	}

	b = newBench(t)
	b.logsIn("a good one", name)
	b.provider.Misbehave(oauthtest.Misdeeds{Answers: down})
	b.clock.advance(time.Hour)
	b.logsIn("by a key that is in force", name)
}

// SECURITY F-24, KEY-01, KEY-02.
func TestF24_SetsOfKeysThatAreBroken(t *testing.T) {
	for what, change := range map[string]func([]map[string]any) []map[string]any{
		"empty":       func([]map[string]any) []map[string]any { return nil },
		"a kid twice": func(k []map[string]any) []map[string]any { return append(k, k[0]) },
		"symmetric": func(k []map[string]any) []map[string]any {
			return append(k, map[string]any{"kty": "oct", "kid": "x", "k": "AAAA"})
		},
		"private": func(k []map[string]any) []map[string]any {
			k[0]["d"] = "AAAA"
			return k
		},
	} {
		b := newBench(t)
		b.provider.Misbehave(oauthtest.Misdeeds{Keys: change})
		_, err := b.login(name, oauth.Flow{})
		b.refused(what, err, oauth.ErrProvider, "keys-unavailable")
	}
}

// forge signs with a key that nobody publishes.
func forge(t testing.TB, algorithm string) func(string) string {
	t.Helper()
	sign := func(m jwt.SigningMethod, key any) func(string) string {
		return func(signed string) string {
			return base64.RawURLEncoding.EncodeToString(must(m.Sign(signed, key))(t))
		}
	}
	switch algorithm {
	case "RS256":
		return sign(jwt.SigningMethodRS256, must(rsa.GenerateKey(rand.Reader, 2048))(t))
	case "ES256":
		return sign(jwt.SigningMethodES256, must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t))
	default:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return sign(jwt.SigningMethodEdDSA, private)
	}
}

func signHMAC(key []byte, signed string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(signed))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// A JSON object with a name twice, which a map cannot be. SECURITY OAC-04, JWT-10.
func TestOAC04_ClaimsAreStrictJSON(t *testing.T) {
	b := newBench(t)
	for what, payload := range map[string]func(string) string{
		"a name twice":   func(c string) string { return `{"sub":"somebody else",` + c[1:] },
		"bytes after it": func(c string) string { return c + `{}` },
		"an array":       func(c string) string { return `[` + c + `]` },
		"no UTF-8":       func(c string) string { return "{\"x\":\"\xff\"," + c[1:] },
		"cut off":        func(c string) string { return c[:len(c)-1] },
		"a string":       func(string) string { return `"x"` },
		"nothing":        func(string) string { return "" },
	} {
		b.provider.Misbehave(oauthtest.Misdeeds{Payload: payload})
		_, err := b.login(name, oauth.Flow{})
		b.refused(what, err, oauth.ErrIdentity, "malformed-claims")
	}
}

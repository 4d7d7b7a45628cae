package oauthserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authgen-go/authgen/runtime/oauthserver"
	"github.com/authgen-go/authgen/runtime/token"
)

// SECURITY OAS-07.
func TestOAS07_AClientSigns(t *testing.T) {
	for alg := range privateKeys() {
		b := newBench(t)
		s := b.signerOf(t, alg)
		for name, assertion := range map[string]string{
			"as it should be":      s.assertion(nil),
			"of its own kind":      s.sign(map[string]any{"alg": alg, "kid": s.kid, "typ": "client-authentication+jwt"}, s.claims(nil)),
			"of no kind":           s.sign(map[string]any{"alg": alg, "kid": s.kid}, s.claims(nil)),
			"aud in an array":      s.assertion(map[string]any{"aud": []string{issuer}}),
			"without iat":          s.assertion(map[string]any{"iat": nil}),
			"for five minutes":     s.assertion(map[string]any{"exp": s.in(5 * time.Minute)}),
			"by a clock that lags": s.assertion(map[string]any{"iat": s.in(-time.Minute), "exp": s.in(-29 * time.Second)}),
			"by a fast clock":      s.assertion(map[string]any{"iat": s.in(25 * time.Second), "nbf": s.in(25 * time.Second), "exp": s.in(5*time.Minute + 25*time.Second)}),
			"with more claims":     s.assertion(map[string]any{"x": map[string]any{"y": 1}, "ver": "v2", "sid": 5}),
		} {
			a := s.get(assertion)
			if a.Code != http.StatusOK || a.body["scope"] != reads {
				t.Errorf("%s, %s: %d %s", alg, name, a.Code, a.Body)
				continue
			}
			if me := b.me(a.text("access_token")); me.Code != http.StatusOK || fmt.Sprint(me.body["sub"]) != "["+s.client.ID+"]" {
				t.Errorf("%s, %s: %d %s", alg, name, me.Code, me.Body)
			}
		}
		// The client may be named as well, and asks with it wherever clients do.
		if a := s.get(s.assertion(nil), "client_id", s.client.ID); a.Code != http.StatusOK {
			t.Errorf("%s, named: %d %s", alg, a.Code, a.Body)
		}
		for _, path := range []string{revokePath, introspectPath} {
			if a := s.post(path, s.assertion(nil), "token", "x"); a.Code != http.StatusOK {
				t.Errorf("%s, %s: %d %s", alg, path, a.Code, a.Body)
			}
		}
	}
}

// SECURITY OAS-07.
func TestOAS07_WhatIsNoAssertion(t *testing.T) {
	b := newBench(t)
	s := b.signer(t)
	other := b.signerOf(t, "EdDSA") // a client of its own, with a key of its own
	head := func(typ string) map[string]any { return map[string]any{"alg": "ES256", "kid": s.kid, "typ": typ} }
	claimText := func(changes map[string]any) string {
		text, err := json.Marshal(s.claims(changes))
		b.must(err)
		return string(text)
	}
	goodHead := fmt.Sprintf(`{"alg":"ES256","kid":%q}`, s.kid)
	good := s.assertion(nil)
	hmac := jwt.NewWithClaims(jwt.SigningMethodHS256, s.claims(nil))
	hmac.Header["kid"] = s.kid
	confused := must(hmac.SignedString(s.jwks))(t) // the public key as a secret
	none := jwt.NewWithClaims(jwt.SigningMethodNone, s.claims(nil))
	none.Header["kid"] = s.kid
	unsigned := must(none.SignedString(jwt.UnsafeAllowNoneSignatureType))(t)
	stolen := *other
	stolen.client, stolen.kid = s.client, s.kid // who pretends to be s, with another key
	for name, assertion := range map[string]string{
		"no issuer":             s.assertion(map[string]any{"iss": nil}),
		"another issuer":        s.assertion(map[string]any{"iss": other.client.ID}),
		"our issuer":            s.assertion(map[string]any{"iss": issuer}),
		"no subject":            s.assertion(map[string]any{"sub": nil}),
		"another subject":       s.assertion(map[string]any{"sub": other.client.ID}),
		"an unknown subject":    s.assertion(map[string]any{"sub": oauthserver.NewID(), "iss": oauthserver.NewID()}),
		"a hostile subject":     s.assertion(map[string]any{"sub": "'; DROP TABLE auth_clients; --\x00"}),
		"a subject of a number": s.assertion(map[string]any{"sub": 5}),
		"no audience":           s.assertion(map[string]any{"aud": nil}),
		"an empty audience":     s.assertion(map[string]any{"aud": []string{}}),
		"the token endpoint":    s.assertion(map[string]any{"aud": issuer + tokenPath}),
		"a slash too many":      s.assertion(map[string]any{"aud": issuer + "/"}),
		"another audience":      s.assertion(map[string]any{"aud": audience}),
		"two audiences":         s.assertion(map[string]any{"aud": []string{issuer, "https://evil.example"}}),
		"one audience twice":    s.assertion(map[string]any{"aud": []string{issuer, issuer}}),
		"no end":                s.assertion(map[string]any{"exp": nil}),
		"a textual end":         s.assertion(map[string]any{"exp": "4102444800"}),
		"past its end":          s.assertion(map[string]any{"exp": s.in(-31 * time.Second)}),
		"for six minutes":       s.assertion(map[string]any{"exp": s.in(6 * time.Minute)}),
		"for a day":             s.assertion(map[string]any{"exp": s.in(24 * time.Hour)}),
		"not yet":               s.assertion(map[string]any{"nbf": s.in(time.Minute)}),
		"of the future":         s.assertion(map[string]any{"iat": s.in(time.Minute)}),
		"no id":                 s.assertion(map[string]any{"jti": nil}),
		"an empty id":           s.assertion(map[string]any{"jti": ""}),
		"an endless id":         s.assertion(map[string]any{"jti": strings.Repeat("x", 257)}),
		"an access token":       s.sign(head("at+jwt"), s.claims(nil)),
		"another kind":          s.sign(head("dpop+jwt"), s.claims(nil)),
		"no key":                s.sign(map[string]any{"alg": "ES256"}, s.claims(nil)),
		"an unknown key":        s.sign(map[string]any{"alg": "ES256", "kid": "x"}, s.claims(nil)),
		"another algorithm":     s.sign(map[string]any{"alg": "ES384", "kid": s.kid}, s.claims(nil)),
		"a key that it brings":  s.sign(map[string]any{"alg": "ES256", "kid": s.kid, "jwk": json.RawMessage(`{}`)}, s.claims(nil)),
		"an extension":          s.sign(map[string]any{"alg": "ES256", "kid": s.kid, "crit": []string{"x"}, "x": 1}, s.claims(nil)),
		"none":                  unsigned,
		"a public key as HMAC":  confused,
		"another's key":         stolen.assertion(nil),
		"two ends":              s.signText(goodHead, strings.Replace(claimText(nil), "{", `{"exp":1,`, 1)),
		"an end in upper case":  s.signText(goodHead, strings.Replace(claimText(nil), "{", `{"EXP":1,`, 1)),
		"two subjects":          s.signText(goodHead, strings.Replace(claimText(nil), "{", fmt.Sprintf(`{"sub":%q,`, other.client.ID), 1)),
		"a subject for us only": s.signText(goodHead, strings.Replace(claimText(map[string]any{"sub": other.client.ID}), "}", fmt.Sprintf(`,"Sub":%q}`, s.client.ID), 1)),
		"two keys":              s.signText(fmt.Sprintf(`{"alg":"ES256","kid":%q,"kid":"x"}`, s.kid), claimText(nil)),
		"more after it":         s.signText(goodHead, claimText(nil)+"{}"),
		"no object":             s.signText(goodHead, "["+claimText(nil)+"]"),
		"changed":               good[:len(good)-10] + "AAAAAAAAAA",
		"padded":                good + "=",
		"a line break":          good + "\n",
		"four parts":            good + ".x",
		"two parts":             good[:strings.LastIndex(good, ".")],
		"nonsense":              "x",
		"dots":                  "..",
		"too long":              s.assertion(map[string]any{"x": strings.Repeat("x", token.MaxSize)}),
	} {
		b.refused(name, s.get(assertion), 401, "invalid_client")
	}
	// Nothing of all that used up an id, or did any harm.
	if a := s.get(good); a.Code != http.StatusOK {
		t.Errorf("in the end: %d %s", a.Code, a.Body)
	}
}

// SECURITY OAS-07. Where and how an assertion is sent is checked like the rest.
func TestOAS07_WhatGoesWithAnAssertion(t *testing.T) {
	b := newBench(t)
	s, other := b.signer(t), b.signerOf(t, "EdDSA")
	send := func(parameters ...string) answer {
		return b.post(tokenPath, append([]string{"grant_type", "client_credentials"}, parameters...)...)
	}
	for _, kind := range []string{"urn:ietf:params:oauth:client-assertion-type:saml2-bearer", strings.ToUpper(assertionType), assertionType + " "} {
		b.refused(kind, send("client_assertion", s.assertion(nil), "client_assertion_type", kind), 401, "invalid_client")
	}
	b.refused("another client", s.get(s.assertion(nil), "client_id", other.client.ID), 400, "invalid_request")
	b.refused("another client's", s.get(other.assertion(nil), "client_id", s.client.ID), 400, "invalid_request")
	b.refused("in the query", b.send(b.request(tokenPath+"?client_assertion="+s.assertion(nil), "grant_type", "client_credentials")), 400, "invalid_request")

	// A client has one method, whatever it might know of others.
	c, secret := b.client(reads)
	posing := *s
	posing.client = c
	b.audit.Reset()
	b.refused("of a client with a secret", posing.get(posing.assertion(nil)), 401, "invalid_client")
	b.refused("a secret for one that signs", b.get(s.client.ID, secret), 401, "invalid_client")
	b.saw("client.refused denied wrong-method >"+c.ID, "client.refused denied wrong-method >"+s.client.ID)

	b.must(b.Disable(t.Context(), s.client.ID))
	b.audit.Reset()
	b.refused("disabled", s.get(s.assertion(nil)), 401, "invalid_client")
	b.saw("client.refused denied disabled >" + s.client.ID)
}

// SECURITY OAS-07.
func TestOAS07_AnAssertionIsUsedOnce(t *testing.T) {
	b := newBench(t)
	s, other := b.signer(t), b.signerOf(t, "EdDSA")
	b.audit.Reset()
	assertion := s.assertion(map[string]any{"jti": "the-one", "exp": s.in(5 * time.Minute)})
	if a := s.get(assertion); a.Code != http.StatusOK {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	b.audit.Reset()
	again := func(what string) {
		t.Helper()
		b.refused(what, s.get(assertion), 401, "invalid_client")
		b.saw("client.refused denied replayed >" + s.client.ID)
	}
	again("at once")
	b.refused("elsewhere", s.post(introspectPath, assertion, "token", "x"), 401, "invalid_client")
	b.refused("another of that id", s.get(s.assertion(map[string]any{"jti": "the-one"})), 401, "invalid_client")
	b.audit.Reset()
	b.clock.advance(5*time.Minute + 29*time.Second)
	if n, err := b.register.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("swept %d, %v, while it could be used", n, err)
	}
	again("at its end")
	b.clock.advance(time.Second)
	b.refused("past its end", s.get(assertion), 401, "invalid_client")
	b.saw("client.refused denied expired >" + s.client.ID)
	b.clock.advance(time.Minute)
	if n, err := b.register.Sweep(t.Context()); n == 0 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	b.refused("forgotten", s.get(assertion), 401, "invalid_client")
	// An id is its client's own.
	for _, who := range []*signer{s, other} {
		if a := who.get(who.assertion(map[string]any{"jti": "shared"})); a.Code != http.StatusOK {
			t.Errorf("%s: %d %s", who.alg, a.Code, a.Body)
		}
	}
}

// SECURITY OAS-07.
func TestOAS07_OfParallelUsesOneSucceeds(t *testing.T) {
	b := newBench(t)
	s := b.signer(t)
	for range 10 {
		assertion := s.assertion(nil)
		var won atomic.Int64
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				switch a := s.get(assertion); a.Code {
				case http.StatusOK:
					won.Add(1)
				case http.StatusUnauthorized:
				default:
					t.Errorf("%d %s", a.Code, a.Body)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d of 50 got a token", won.Load())
		}
	}
}

// SECURITY OAS-07, ERR-05. If it cannot be known whether it was used, nobody gets in.
func TestOAS07_WithoutARegister(t *testing.T) {
	b := newBench(t)
	s := b.signer(t)
	b.store.down("Use")
	assertion := s.assertion(nil)
	b.refused("down", s.get(assertion), 503, "temporarily_unavailable")
	b.store.up()
	if a := s.get(assertion); a.Code != http.StatusOK {
		t.Errorf("up again: %d %s", a.Code, a.Body)
	}
}

// SECURITY OAS-07. Where assertions are not offered there are none.
func TestOAS07_NotOffered(t *testing.T) {
	offering := newBench(t)
	s := offering.signer(t)
	b := newBench(t, func(c *settings) {
		c.clients.Assertions = nil
		c.clients.Store = offering.store // where there is such a client from before
	})
	posing := *s
	posing.b = b
	b.refused("an assertion", posing.get(posing.assertion(nil)), 401, "invalid_client")
	_, _, err := b.Create(t.Context(), oauthserver.NewClient{Name: "x", JWKS: s.jwks})
	b.is("Create", err, oauthserver.ErrInvalidKeys)
	b.is("SetKeys", b.SetKeys(t.Context(), s.client.ID, s.jwks), oauthserver.ErrInvalidKeys)
}

// SECURITY KEY-01, KEY-07: only public keys that are strong and meant for signing.
func TestKEY07_KeysOfClients(t *testing.T) {
	b := newBench(t)
	s := b.signer(t)
	ec := strings.TrimSuffix(strings.TrimPrefix(string(s.jwks), `{"keys":[`), `]}`)
	for name, jwks := range map[string]string{
		"nothing": "", "no JSON": "x", "no set": ec, "an empty set": `{"keys":[]}`, "a name twice": `{"keys":[` + ec + "," + ec + `]}`,
		"a secret":       `{"keys":[{"kty":"oct","kid":"x","k":"c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"}]}`,
		"a private key":  `{"keys":[` + strings.TrimSuffix(ec, "}") + `,"d":"AA"}]}`,
		"a weak key":     `{"keys":[{"kty":"RSA","kid":"x","n":"xjlCRBqkQ2PmU7mX","e":"AQAB"}]}`,
		"not to sign":    `{"keys":[` + strings.Replace(ec, `"use":"sig"`, `"use":"enc"`, 1) + `]}`,
		"without a name": `{"keys":[` + strings.Replace(ec, `"kid"`, `"name"`, 1) + `]}`,
		"trailing text":  string(s.jwks) + "x",
	} {
		_, _, err := b.Create(t.Context(), oauthserver.NewClient{Name: "x", JWKS: []byte(jwks)})
		b.is(name, err, oauthserver.ErrInvalidKeys)
		b.is(name, b.SetKeys(t.Context(), s.client.ID, []byte(jwks)), oauthserver.ErrInvalidKeys)
	}
	if a := s.get(s.assertion(nil)); a.Code != http.StatusOK {
		t.Errorf("afterwards: %d %s", a.Code, a.Body)
	}
}

// SECURITY OAS-07: keys are replaced without a pause, and the old ones end at once.
func TestOAS07_KeysAreReplaced(t *testing.T) {
	b := newBench(t)
	old := b.signer(t)
	next := *old
	next.alg, next.key = "EdDSA", privateKeys()["EdDSA"]
	public := must(token.NewPublic(next.key.Public()))(t)
	next.kid = public.ID()
	first := must(token.NewPublic(old.key.Public()))(t)
	set := func(keys ...*token.Key) {
		t.Helper()
		b.must(b.SetKeys(t.Context(), old.client.ID, must(token.NewKeySet(nil, keys...))(t).JWKS()))
	}
	works := func(what string, s *signer, want int) {
		t.Helper()
		if a := s.get(s.assertion(nil)); a.Code != want {
			t.Errorf("%s: %d %s", what, a.Code, a.Body)
		}
	}
	works("the old key", old, 200)
	works("the next key, unknown", &next, 401)
	set(first, public)
	works("the old key, beside the next", old, 200)
	works("the next key, beside the old", &next, 200)
	set(public)
	works("the old key, replaced", old, 401)
	works("the next key", &next, 200)
	b.audit.Reset()
	c, _ := b.client(reads)
	b.is("of a client with a secret", b.SetKeys(t.Context(), c.ID, old.jwks), oauthserver.ErrNoSuchClient)
	_, err := b.Rotate(t.Context(), old.client.ID, nil)
	b.is("the secret of one that signs", err, oauthserver.ErrNoSuchClient)
}

// Keys that cannot be read any more are nothing that a client did wrong.
func TestStoredKeysThatAreBroken(t *testing.T) {
	b := newBench(t)
	s := b.signer(t)
	b.must(b.store.Storage.SetKeys(context.Background(), s.client.ID, "{"))
	b.refused("broken", s.get(s.assertion(nil)), 503, "temporarily_unavailable")
	if !strings.Contains(b.log.String(), "read the keys of OAuth client "+s.client.ID) {
		t.Errorf("the log says %s", b.log)
	}
}

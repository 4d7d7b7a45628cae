package token_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/token"
)

// jwk returns a key of RFC 8037 or 7515 with more members.
func jwk(of, more string) string { return strings.Replace(of, "{", "{"+more, 1) }

func set(keys ...string) string { return `{"keys":[` + strings.Join(keys, ",") + `]}` }

// SECURITY KEY-07.
func TestKEY07_WhatAKeyIsForIsHonoured(t *testing.T) {
	for more, taken := range map[string]bool{
		``: true, `"use":"sig",`: true, `"alg":"EdDSA",`: true, `"alg":"Ed25519",`: true, `"key_ops":["verify"],`: true, `"key_ops":["sign","verify"],"use":"sig",`: true, `"x5t":"AA","ext":true,`: true,
		`"use":"enc",`: false, `"use":"",`: false, `"use":"SIG",`: false, `"alg":"ES256",`: false, `"alg":"",`: false, `"alg":"eddsa",`: false, `"alg":"Ed448",`: false, `"alg":"none",`: false,
		`"key_ops":[],`: false, `"key_ops":["sign"],`: false, `"key_ops":["encrypt"],`: false, `"key_ops":["verify","encrypt"],`: false, `"key_ops":["deriveKey"],`: false,
		`"use":"sig","key_ops":["wrapKey"],`: false,
	} {
		text := set(jwk(rfc8037Key, `"kid":"a",`+more), jwk(rfc7515EC, `"kid":"b",`))
		s, err := token.ParseJWKS([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", more, err)
			continue
		}
		if (s.Find("a") != nil) != taken || s.Find("b") == nil {
			t.Errorf("%s: taken %v", more, !taken)
		}
	}
	for name, key := range map[string]string{
		"unknown kty": `{"kty":"AKP","kid":"x"}`, "P-384": `{"kty":"EC","crv":"P-384","kid":"x","x":"","y":""}`, "X25519": jwk(strings.Replace(rfc8037Key, "Ed25519", "X25519", 1), `"kid":"x",`),
		"kty in another case": jwk(strings.Replace(rfc8037Key, "OKP", "okp", 1), `"kid":"x",`), "PS256": jwk(rfc7515RSA, `"kid":"x","alg":"PS256",`), "no kid": rfc8037Key,
	} {
		s, err := token.ParseJWKS([]byte(set(jwk(rfc7515EC, `"kid":"b",`), key)))
		if err != nil || s.Len() != 1 {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := token.ParseJWKS([]byte(set(key))); err == nil {
			t.Errorf("%s: a set without any other was accepted", name)
		}
	}
}

// SECURITY KEY-01, KEY-02.
func TestKEY02_BadSetsAreRefusedAsAWhole(t *testing.T) {
	good := jwk(rfc7515EC, `"kid":"b",`)
	many := func(n int) string {
		var keys []string
		for i := range n {
			keys = append(keys, jwk(rfc8037Key, fmt.Sprintf(`"kid":"k%d",`, i)))
		}
		return set(keys...)
	}
	for name, text := range map[string]string{
		"empty text": "", "HTML": "<html>", "array": "[" + good + "]", "no keys": `{}`, "empty": set(), "null": `{"keys":null}`, "number in it": set(good, "1"), "Keys": `{"Keys":[` + good + `]}`,
		"trailing": set(good) + "x", "keys twice": `{"keys":[` + good + `],"keys":[]}`, "member twice": set(jwk(good, `"kty":"EC",`)), "bad UTF-8": set(jwk(good, "\"z\":\"\xff\",")),
		"101 keys": many(101), "too large": set(good) + strings.Repeat(" ", token.MaxJWKS), "kid twice": set(good, jwk(rfc8037Key, `"kid":"b",`)),
		"kid twice, one not for us": set(good, `{"kty":"AKP","kid":"b"}`), "long kid": set(jwk(rfc8037Key, `"kid":"`+strings.Repeat("k", 257)+`",`)),
		"d": set(good, jwk(rfc8037Key, `"kid":"x","d":"`+rfc8037Seed+`",`)), "d that is not for us": set(good, `{"kty":"AKP","kid":"x","d":"AA"}`), "p": set(good, jwk(rfc7515RSA, `"kid":"x","p":"AQ",`)),
		"oct": set(good, `{"kty":"oct","kid":"x","k":"`+rfc7515HMACKey+`"}`), "oct for encryption": set(good, `{"kty":"oct","use":"enc","kid":"x"}`), "k": set(good, jwk(rfc8037Key, `"kid":"x","k":"AA",`)),
		"off the curve": set(good, jwk(strings.Replace(rfc7515EC, "f83O", "f84O", 1), `"kid":"x",`)), "short x": set(good, jwk(strings.Replace(rfc7515EC, "f83O", "", 1), `"kid":"x",`)),
		"padded": set(good, jwk(strings.Replace(rfc8037Key, "URo", "URo=", 1), `"kid":"x",`)), "LF": set(good, jwk(strings.Replace(rfc8037Key, "URo", `UR\no`, 1), `"kid":"x",`)),
		"trailing bits": set(good, jwk(strings.Replace(rfc8037Key, "URo", "URp", 1), `"kid":"x",`)), "no x": set(good, `{"kty":"OKP","crv":"Ed25519","kid":"x"}`),
		"e=1": set(good, jwk(strings.Replace(rfc7515RSA, "AQAB", "AQ", 1), `"kid":"x",`)), "e with zeros": set(good, jwk(strings.Replace(rfc7515RSA, "AQAB", "AAEAAQ", 1), `"kid":"x",`)),
		"huge e": set(good, jwk(strings.Replace(rfc7515RSA, "AQAB", "_____w", 1), `"kid":"x",`)), "small n": set(good, `{"kty":"RSA","kid":"x","n":"AQ","e":"AQAB"}`),
		"small order": set(good, `{"kty":"OKP","crv":"Ed25519","kid":"x","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`),
	} {
		if s, err := token.ParseJWKS([]byte(text)); err == nil || s != nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), rfc8037Seed) {
			t.Errorf("%s: the error quotes the key", name)
		}
	}
	if s, err := token.ParseJWKS([]byte(many(100))); err != nil || s.Len() != 100 {
		t.Error(err)
	}
}

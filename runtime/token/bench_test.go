package token_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authgen-go/authgen/runtime/token"
)

// BenchmarkVerify compares the first sight of a token and the next with golang-jwt's
// parser and with the bare primitive.
func BenchmarkVerify(b *testing.B) {
	for _, alg := range algorithms {
		cold := newBench(b, alg, func(c *token.Config[AppClaims]) { c.Kept = -1 })
		warm := newBench(b, alg)
		text := cold.issue()
		for name, verifier := range map[string]*token.Verifier[AppClaims]{"first": cold.verifier, "kept": warm.verifier} {
			b.Run(string(alg)+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := verifier.Verify(context.Background(), text); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(string(alg)+"/golang-jwt", func(b *testing.B) { benchmarkLibrary(b, cold, text) })
		b.Run(string(alg)+"/primitive", func(b *testing.B) { benchmarkPrimitive(b, cold, text) })
	}
}

func benchmarkLibrary(b *testing.B, with *bench, text string) {
	var key any = hmacSecret
	if public := with.key.Public(); public != nil {
		key = public
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{string(with.key.Algorithm())}), jwt.WithIssuer(issuer), jwt.WithAudience(audience),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(func() time.Time { return start }))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parser.ParseWithClaims(text, &jwt.RegisteredClaims{}, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkPrimitive(b *testing.B, with *bench, text string) {
	at := strings.LastIndexByte(text, '.')
	signed, signature := []byte(text[:at]), must(base64.RawURLEncoding.DecodeString(text[at+1:]))(b)
	verify := func() bool {
		mac := hmac.New(sha256.New, hmacSecret)
		mac.Write(signed)
		return hmac.Equal(mac.Sum(nil), signature)
	}
	switch public := with.key.Public().(type) {
	case *rsa.PublicKey:
		verify = func() bool {
			sum := sha256.Sum256(signed)
			return rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature) == nil
		}
	case *ecdsa.PublicKey:
		der := must(ecdsaDER(signature))(b)
		verify = func() bool {
			sum := sha256.Sum256(signed)
			return ecdsa.VerifyASN1(public, sum[:], der)
		}
	case ed25519.PublicKey:
		verify = func() bool { return ed25519.Verify(public, signed, signature) }
	}
	b.ReportAllocs()
	for b.Loop() {
		if !verify() {
			b.Fatal("it does not verify")
		}
	}
}

// BenchmarkIssue makes tokens.
func BenchmarkIssue(b *testing.B) {
	for _, alg := range algorithms {
		with := newBench(b, alg)
		b.Run(string(alg), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				with.issue()
			}
		})
	}
}

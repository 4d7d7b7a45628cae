package token_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/authgen-go/authgen/runtime/token"
)

// vectorsDir has the vectors of Project Wycheproof.
const vectorsDir = "testdata/wycheproof"

// vectors is what matters of a file of Wycheproof.
type vectors struct {
	TestGroups []struct {
		Comment string          `json:"comment"`
		Public  json.RawMessage `json:"public"`
		Private json.RawMessage `json:"private"`
		Tests   []struct {
			ID      int    `json:"tcId"`
			Comment string `json:"comment"`
			JWS     any    `json:"jws"`
			JWE     any    `json:"jwe"`
			Result  string `json:"result"`
		} `json:"tests"`
	} `json:"testGroups"`
}

// vectorKey is what matters of a key of Wycheproof.
type vectorKey struct {
	Kty, Alg, Use, K, Kid string
	KeyOps                []string `json:"key_ops"`
	Keys                  []json.RawMessage
}

// vectorSet makes the keys of a group. Symmetric keys are not read from JWKs in
// production; the test reads them by the same rules.
func vectorSet(text json.RawMessage) (*token.KeySet, string, error) {
	var k vectorKey
	if err := json.Unmarshal(text, &k); err != nil {
		return nil, "", err
	}
	if k.Keys == nil {
		key, err := vectorKeyOf(text)
		if err != nil {
			return nil, k.Alg, err
		}
		set, err := token.NewKeySet(nil, key)
		return set, k.Alg, err
	}
	var keys []*token.Key
	kinds := map[string]bool{}
	for _, one := range k.Keys {
		key, err := vectorKeyOf(one)
		if err != nil {
			return nil, algorithmOf(one), err
		}
		kinds[string(key.Algorithm()[:2])] = true
		keys = append(keys, key)
	}
	if len(kinds) > 1 {
		set, err := token.ParseJWKS(text) // which refuses symmetric keys among public ones
		return set, "", err
	}
	set, err := token.NewKeySet(nil, keys...)
	return set, "", err
}

// algorithmOf returns what a key says of its algorithm.
func algorithmOf(text json.RawMessage) string {
	var k vectorKey
	_ = json.Unmarshal(text, &k) // vectorKeyOf has reported it
	return k.Alg
}

func vectorKeyOf(text json.RawMessage) (*token.Key, error) {
	var k vectorKey
	if err := json.Unmarshal(text, &k); err != nil {
		return nil, err
	}
	if k.Kty != "oct" {
		return token.ReadJWK(text)
	}
	secret, err := base64.RawURLEncoding.DecodeString(k.K)
	if err != nil || k.Alg != "HS256" || k.Use != "" && k.Use != "sig" {
		return nil, errors.New("not for us")
	}
	if len(bytes.Trim(secret, "\x00")) == 0 && len(secret) == 32 {
		return token.SetID(token.ZeroHMAC(), k.Kid), nil // refused in production, but a group of vectors has no other
	}
	key, err := token.NewHMAC(secret)
	if err != nil {
		return nil, err
	}
	return token.SetID(key, k.Kid), nil
}

// foreign are the algorithms that Wycheproof has valid vectors of and this package does
// not know: their keys are passed over, so their tokens are refused. ES521 is a label
// for ES512 that the vectors alone use (347 and 351).
var foreign = map[string]bool{
	"HS384": true, "HS512": true, "RS384": true, "RS512": true, "PS256": true, "PS384": true, "PS512": true, "ES384": true, "ES512": true, "ES521": true,
}

// The vectors that this package knowingly judges otherwise, by number.
var exceptions = map[string]map[int]string{
	"json_web_signature_test.json": {
		259: "valid with an empty payload, which holds no claims",
		367: "invalid, yet byte for byte the valid 357",
		370: "invalid, yet byte for byte the valid 357",
		372: "valid with a question mark inside, which is not in the alphabet (RFC 8725bis 3.14)",
		373: "valid with a question mark inside, which is not in the alphabet (RFC 8725bis 3.14)",
	},
}

func TestWycheproof(t *testing.T) {
	for _, file := range []string{"json_web_signature_test.json", "json_web_key_test.json", "json_web_crypto_test.json", "json_web_encryption_test.json"} {
		t.Run(file, func(t *testing.T) { runVectors(t, file, readVectors(t, file)) })
	}
}

func readVectors(t *testing.T, file string) vectors {
	t.Helper()
	var v vectors
	if err := json.Unmarshal(must(os.ReadFile(filepath.Join(vectorsDir, file)))(t), &v); err != nil {
		t.Fatal(err)
	}
	if len(v.TestGroups) == 0 {
		t.Fatal("no vectors")
	}
	return v
}

func runVectors(t *testing.T, file string, v vectors) {
	t.Helper()
	total, accepted, notOurs := 0, 0, 0
	unused := map[int]bool{}
	for id := range exceptions[file] {
		unused[id] = true
	}
	for _, g := range v.TestGroups {
		keys := g.Public
		if keys == nil {
			keys = g.Private
		}
		set, alg, keyErr := vectorSet(keys)
		for _, tc := range g.Tests {
			total++
			text, isText := tc.JWS.(string)
			isJWE := tc.JWE != nil
			if isJWE {
				text, isText = tc.JWE.(string)
			}
			err := keyErr
			if err == nil && isText {
				_, err = token.VerifyJWS(set, text)
			}
			good := err == nil && isText
			if good {
				accepted++
			}
			want := tc.Result == "valid" && !isJWE
			if want && foreign[alg] {
				notOurs, want = notOurs+1, false
			}
			if good != want {
				if exceptions[file][tc.ID] == "" {
					t.Errorf("tc %d %s, %s: %s, here %v", tc.ID, g.Comment, tc.Comment, tc.Result, fmt.Sprint(err))
				}
				delete(unused, tc.ID)
			}
		}
	}
	for id := range unused {
		t.Errorf("tc %d is no exception any more", id)
	}
	t.Logf("%d vectors, %d accepted, %d valid ones of other algorithms or of JWE refused, %d exceptions", total, accepted, notOurs, len(exceptions[file]))
}

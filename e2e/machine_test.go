package e2e

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

const reportsRead = "reports:read"

// A machine is an OAuth client that an operator made.
type machine struct {
	t      *testing.T
	server *site

	ID     string           `json:"id"`
	Method string           `json:"method"`
	Secret string           `json:"secret,omitempty"`
	Key    *jose.JSONWebKey `json:"key,omitempty"` // that it signs with
}

var printed = regexp.MustCompile(`(?m)^client_(id|secret)=(\S+)$`)

// newSigner is a machine that signs with a key, of which the server knows the public
// half.
func newSigner(t *testing.T, alg jose.SignatureAlgorithm) *machine {
	t.Helper()
	key := &jose.JSONWebKey{Key: newKey(t, alg), KeyID: rand.Text(), Algorithm: string(alg), Use: "sig"}
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "jwks.json")
	if err := os.WriteFile(file, set, 0o600); err != nil {
		t.Fatal(err)
	}
	m := newMachine(t, "private_key_jwt", "--keys", file)
	m.Key = key
	return m
}

func newKey(t *testing.T, alg jose.SignatureAlgorithm) any {
	t.Helper()
	var key any
	var err error
	switch alg {
	case jose.ES256:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case jose.EdDSA:
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// newMachine is a machine that the admin program makes, with a secret unless the flags
// name keys.
func newMachine(t *testing.T, method string, flags ...string) *machine {
	t.Helper()
	m := &machine{t: t, server: must(t, suite.tokens), Method: method}
	out, err := m.server.Admin(append([]string{"client", "create", "--name", t.Name(), "--scope", reportsRead}, flags...)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range printed.FindAllStringSubmatch(out, -1) {
		switch line[1] {
		case "id":
			m.ID = line[2]
		case "secret":
			m.Secret = line[2]
			suite.secrets.Add("client secret", m.Secret)
		}
	}
	if m.ID == "" || (m.Secret == "") != (method == "private_key_jwt") {
		t.Fatalf("client create prints %q", out)
	}
	return m
}

// uses asks a guarded route with a token, and has it answer with a status.
func (m *machine) uses(client *http.Client) int {
	m.t.Helper()
	answer, err := client.Get(m.server.URL + "/api/reports")
	if err != nil {
		m.t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

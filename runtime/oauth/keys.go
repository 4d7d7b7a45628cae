package oauth

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/token"
)

// newKeys begins to fetch the keys of a provider. They may be at an address that is not
// public if the operator named their host, which is the issuer's, or said so (SECURITY
// KEY-06).
func (c *client) newKeys(address string, cfg Config) (*jwks.Remote, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	return jwks.New(jwks.Config{
		URL: address, AllowPrivate: c.AllowPrivate || strings.EqualFold(u.Host, c.issuerURL.Host), TLS: c.TLS,
		Timeout: cfg.Timeout, Audit: recorder{cfg.Audit}, Logger: cfg.Logger, Now: cfg.Now,
	})
}

// A recorder records what package jwks says as of this strategy.
type recorder struct{ audit.Recorder }

func (r recorder) Record(ctx context.Context, e audit.Event) {
	e.Strategy = strategy
	r.Recorder.Record(ctx, e)
}

// maxKeyID bounds the name of a key, in bytes (SECURITY JWT-05).
const maxKeyID = 256

// A keySet verifies the signature of one ID token for go-oidc. That one's own set of keys
// asks the provider again for every token that does not verify, reads what comes without
// a bound, and tries every key for a token that names none. Here the token names the key,
// which OpenID Connect Core 1.0 section 10.1 wants wherever there are several, and package
// jwks finds it.
type keySet struct {
	keys       token.Source
	algorithms []string

	// What came of it, because go-oidc wraps no errors.
	payload []byte
	failure *failure
	err     error // why nobody knows
}

// VerifySignature implements oidc.KeySet.
func (k *keySet) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	var allowed []jose.SignatureAlgorithm
	for _, a := range k.algorithms {
		allowed = append(allowed, jose.SignatureAlgorithm(a))
	}
	jws, err := jose.ParseSignedCompact(raw, allowed)
	if err != nil {
		return nil, k.fails(reasonForm, "the ID token is malformed")
	}
	header := jws.Signatures[0].Protected
	if header.KeyID == "" || len(header.KeyID) > maxKeyID {
		return nil, k.fails(reasonNoKeyID, "the ID token does not name its key")
	}
	key, err := k.keys.VerifyKey(ctx, header.KeyID)
	switch {
	case errors.Is(err, token.ErrUnknownKey):
		return nil, k.fails(reasonKey, "the provider does not publish the key of the ID token")
	case err != nil:
		k.err = err
		return nil, err
	case header.Algorithm != string(key.Algorithm()):
		return nil, k.fails(reasonAlgorithm, "the ID token has another algorithm than its key")
	}
	payload, err := jws.Verify(key.Public())
	if err != nil {
		return nil, k.fails(reasonSignature, "the signature of the ID token does not hold")
	}
	k.payload = payload
	return payload, nil
}

func (k *keySet) fails(reason, text string) error {
	k.failure = &failure{reason: reason, text: text}
	return k.failure
}

package token

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// ParsePEM reads one key from PEM: a private key in PKCS #8 ("PRIVATE KEY"), which
// signs and verifies, or a public key in SPKI ("PUBLIC KEY"), which verifies. Its
// errors begin with name, such as that of a file, and quote nothing of the content.
func ParsePEM(name string, text []byte) (*Key, error) {
	block, rest := pem.Decode(text)
	if block == nil || len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("%s must hold one key in PEM and nothing after it", name)
	}
	k, err := parseBlock(block)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return k, nil
}

func parseBlock(block *pem.Block) (*Key, error) {
	switch block.Type {
	case "PRIVATE KEY":
		private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("the content is not a private key in PKCS #8")
		}
		signer, ok := private.(crypto.Signer)
		if !ok {
			return nil, errors.New("a key of this kind does not sign")
		}
		return NewSigner(signer)
	case "PUBLIC KEY":
		public, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, errors.New("the content is not a public key in SPKI")
		}
		return NewPublic(public)
	default:
		return nil, errors.New("the PEM block must be a PRIVATE KEY (PKCS #8) or a PUBLIC KEY (SPKI)")
	}
}

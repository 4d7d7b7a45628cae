package oauth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Apple is Sign in with Apple. The client id is that of a Services ID. Apple has no client
// secrets but a key that a team signs them with, so the secret is all three of
//
//	<team id>:<key id>:<key>
//
// where the key is the content of the file AuthKey_<key id>.p8: its PEM, with line breaks
// as they are or written as \n, or only the base64 between its first and last line, in one
// line:
//
//	echo "TEAM123456:KEY1234567:$(grep -v -- ----- AuthKey_KEY1234567.p8 | tr -d '\n')"
//
// Apple answers by a form that the browser posts, see [Service.Forward], and to https
// only. It says what a user is called at the first login alone, and every address that it
// gives is one that it has verified, or a relay of its own.
// https://developer.apple.com/documentation/signinwithapplerestapi
func Apple(clientID, clientSecret string, scopes ...string) Provider {
	k := kind{
		scopes: []string{"openid", "email", "name"},
		// https://developer.apple.com/documentation/signinwithapplerestapi/generate-and-validate-tokens
		style: inParams,
		// Apple wants form_post where a name or an address is asked for:
		// https://developer.apple.com/documentation/signinwithapplerestapi/request-an-authorization-to-the-sign-in-with-apple-server.
		formPost:   true,
		noUserInfo: true,
		// "true" may be a string:
		// https://developer.apple.com/documentation/signinwithapplerestapi/authenticating-users-with-sign-in-with-apple
		verified: func(c claims) bool { return c.isTrue("email_verified") || c.str("email_verified") == "true" },
		signer:   appleSigner,
	}
	return newProvider(k, "apple", "https://appleid.apple.com", clientID, clientSecret, scopes)
}

const (
	appleIDLength = 10
	// appleSecretLife is how long a secret is good. Apple allows six months; it is used
	// at once.
	appleSecretLife = 5 * time.Minute
)

// appleSigner makes client secrets.
// https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
func appleSigner(p Provider) (func(now time.Time) (string, error), error) {
	team, rest, ok := strings.Cut(p.secret(), ":")
	keyID, text, ok2 := strings.Cut(rest, ":")
	if !ok || !ok2 || !isAppleID(team) || !isAppleID(keyID) {
		return nil, errors.New("the client secret must be <team id>:<key id>:<key>, the ids of 10 letters and digits each")
	}
	key, err := parseAppleKey(text)
	if err != nil {
		return nil, err
	}
	return func(now time.Time) (string, error) {
		t := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
			"iss": team, "sub": p.ClientID, "aud": p.Issuer, "iat": now.Unix(), "exp": now.Add(appleSecretLife).Unix(),
		})
		t.Header["kid"] = keyID
		return t.SignedString(key)
	}, nil
}

func isAppleID(s string) bool {
	return len(s) == appleIDLength && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}

// parseAppleKey reads PKCS #8. Its errors quote nothing.
func parseAppleKey(text string) (*ecdsa.PrivateKey, error) {
	errFormat := errors.New("the key in the client secret is not that of a .p8 file: PKCS #8 in PEM or its base64, on P-256")
	var der []byte
	if block, _ := pem.Decode([]byte(strings.ReplaceAll(text, `\n`, "\n"))); block != nil {
		der = block.Bytes
	} else {
		b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil {
			return nil, errFormat
		}
		der = b
	}
	private, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errFormat
	}
	key, ok := private.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, errFormat
	}
	return key, nil
}

// appleName reads what Apple adds to the first answer. It comes by way of the browser and
// nobody signed it: it is a name, and no more.
func appleName(user string) string {
	var u struct {
		Name struct {
			First string `json:"firstName"`
			Last  string `json:"lastName"`
		} `json:"name"`
	}
	if json.Unmarshal([]byte(user), &u) != nil {
		return ""
	}
	return cleanName(u.Name.First + " " + u.Name.Last)
}

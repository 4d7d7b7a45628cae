package grant

import (
	"net/http"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

// JWKS serves the public keys, which clients may keep for maxAge; see
// [token.JWKSHandler].
func (s *Service[UID, U, C]) JWKS(maxAge time.Duration) http.Handler {
	return token.JWKSHandler(s.keys.Ring(), maxAge)
}

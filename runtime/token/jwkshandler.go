package token

import (
	"bytes"
	"net/http"
	"strconv"
	"time"
)

// typeJWKS is what RFC 7517 section 8.5.2 registered. Clients that look at all take it
// for the JSON that it is; those that mean to choose by type can tell it from a page.
const typeJWKS = "application/jwk-set+json"

// JWKSHandler serves the public keys of ring as a JWK Set, which others may keep for
// maxAge, cut to seconds. An answer has a strong ETag, and If-None-Match is honoured. Of
// HS256 keys nothing is published: their set is empty (SECURITY KEY-02).
func JWKSHandler(ring *Ring, maxAge time.Duration) http.Handler {
	cache := "public, max-age=" + strconv.FormatInt(int64(max(maxAge, 0)/time.Second), 10)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		set := ring.Set()
		h.Set("Content-Type", typeJWKS)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", cache)
		h.Set("ETag", set.etag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(set.jwks))
	})
}

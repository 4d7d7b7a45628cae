package oauthserver

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

// MetadataPath is where metadata is found, of an issuer without a path (RFC 8414 section
// 3).
const MetadataPath = "/.well-known/oauth-authorization-server"

// metadata is RFC 8414 section 2: what works, and nothing else (SECURITY OAS-06).
type metadata struct {
	Issuer        string   `json:"issuer"`
	TokenEndpoint string   `json:"token_endpoint"`
	JWKS          string   `json:"jwks_uri,omitempty"`
	Scopes        []string `json:"scopes_supported,omitempty"`
	// ResponseTypes is required, and there are none: nobody is sent here by a browser.
	ResponseTypes []string          `json:"response_types_supported"`
	Grants        []string          `json:"grant_types_supported"`
	Methods       []string          `json:"token_endpoint_auth_methods_supported"`
	Algorithms    []token.Algorithm `json:"token_endpoint_auth_signing_alg_values_supported,omitempty"`

	Revocation           string            `json:"revocation_endpoint,omitempty"`
	RevocationMethods    []string          `json:"revocation_endpoint_auth_methods_supported,omitempty"`
	RevocationAlgorithms []token.Algorithm `json:"revocation_endpoint_auth_signing_alg_values_supported,omitempty"`

	Introspection           string            `json:"introspection_endpoint,omitempty"`
	IntrospectionMethods    []string          `json:"introspection_endpoint_auth_methods_supported,omitempty"`
	IntrospectionAlgorithms []token.Algorithm `json:"introspection_endpoint_auth_signing_alg_values_supported,omitempty"`
}

func (s *Server) metadata() metadata {
	at := s.cfg.Endpoints
	m := metadata{
		Issuer: s.clients.cfg.Issuer, TokenEndpoint: at.Token, JWKS: at.JWKS, Scopes: s.clients.cfg.Scopes,
		ResponseTypes: []string{}, Grants: []string{grantClientCredentials},
		Methods: []string{"client_secret_basic", "client_secret_post"},
	}
	if s.cfg.Refresh != nil {
		m.Grants = append(m.Grants, grantRefreshToken)
	}
	if s.clients.cfg.Assertions != nil {
		m.Methods = append(m.Methods, string(PrivateKeyJWT))
		m.Algorithms = []token.Algorithm{token.RS256, token.ES256, token.EdDSA}
	}
	if at.Revoke != "" {
		m.Revocation, m.RevocationMethods, m.RevocationAlgorithms = at.Revoke, m.Methods, m.Algorithms
	}
	if at.Introspect != "" {
		m.Introspection, m.IntrospectionMethods, m.IntrospectionAlgorithms = at.Introspect, m.Methods, m.Algorithms
	}
	return m
}

// Metadata serves what the Server can do (RFC 8414), which others may keep for maxAge,
// cut to seconds. An answer has a strong ETag, and If-None-Match is honoured.
func (s *Server) Metadata(maxAge time.Duration) http.Handler {
	text, err := json.Marshal(s.metadata())
	if err != nil {
		panic("oauthserver: " + err.Error()) // strings always marshal
	}
	digest := sha256.Sum256(text)
	etag := `"` + base64.RawURLEncoding.EncodeToString(digest[:]) + `"`
	cache := "public, max-age=" + strconv.FormatInt(int64(max(maxAge, 0)/time.Second), 10)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		h.Set("Content-Type", "application/json")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", cache)
		h.Set("ETag", etag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
	})
}

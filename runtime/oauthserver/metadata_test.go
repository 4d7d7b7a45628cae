package oauthserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/oauthserver"
)

// metadata asks for the metadata of a server.
func (b *bench) metadata(headers ...string) answer {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, oauthserver.MetadataPath, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return b.send(r)
}

// SECURITY OAS-06.
func TestOAS06_Metadata(t *testing.T) {
	b := newBench(t)
	a := b.metadata()
	const want = `{
		"issuer": "https://id.example",
		"token_endpoint": "https://id.example/oauth/token",
		"jwks_uri": "https://id.example/jwks.json",
		"scopes_supported": ["reports:purge", "reports:read", "reports:write"],
		"response_types_supported": [],
		"grant_types_supported": ["client_credentials", "refresh_token"],
		"token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
		"token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256", "EdDSA"],
		"revocation_endpoint": "https://id.example/oauth/revoke",
		"revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
		"revocation_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256", "EdDSA"],
		"introspection_endpoint": "https://id.example/oauth/introspect",
		"introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
		"introspection_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256", "EdDSA"]
	}`
	var wanted map[string]any
	b.must(json.Unmarshal([]byte(want), &wanted))
	if a.Code != http.StatusOK || fmt.Sprint(a.body) != fmt.Sprint(wanted) {
		t.Errorf("%d\n%v, want\n%v", a.Code, a.body, wanted)
	}
	c, secret := b.client()
	if _, claims := payload(t, b.access(c.ID, secret)); claims["iss"] != a.body["issuer"] {
		t.Errorf("issuer is %v, iss %v", a.body["issuer"], claims["iss"])
	}
}

// SECURITY OAS-06: what is listed works, at each endpoint, and by each method.
func TestOAS06_WhatIsListedWorks(t *testing.T) {
	b := newBench(t)
	listed := b.metadata().body
	c, secret := b.client()
	access := b.access(c.ID, secret)
	for _, endpoint := range []string{"token", "revocation", "introspection"} {
		path := strings.TrimPrefix(fmt.Sprint(listed[endpoint+"_endpoint"]), issuer)
		for _, method := range list(listed[endpoint+"_endpoint_auth_methods_supported"]) {
			form := []string{"grant_type", "client_credentials", "token", access}
			switch method {
			case "client_secret_basic":
				works(t, path+" "+method, b.as(c.ID, secret, path, form...))
			case "client_secret_post":
				works(t, path+" "+method, b.post(path, append(form, "client_id", c.ID, "client_secret", secret)...))
			case "private_key_jwt":
				for _, alg := range list(listed[endpoint+"_endpoint_auth_signing_alg_values_supported"]) {
					s := b.signerOf(t, alg)
					works(t, path+" "+alg, s.post(path, s.assertion(nil), form...))
				}
			default:
				t.Errorf("%s: who knows of %s", path, method)
			}
		}
	}
	for _, grantType := range list(listed["grant_types_supported"]) {
		switch grantType {
		case "client_credentials":
			works(t, grantType, b.get(c.ID, secret))
		case "refresh_token":
			works(t, grantType, b.post(tokenPath, "grant_type", grantType, "refresh_token", b.user("ada").RefreshToken))
		default:
			t.Errorf("who knows of %s", grantType)
		}
	}
	for _, scope := range list(listed["scopes_supported"]) {
		c, secret := b.client(scope)
		works(t, scope, b.get(c.ID, secret, "scope", scope))
	}
}

func list(v any) []string {
	var texts []string
	values, _ := v.([]any)
	for _, text := range values {
		texts = append(texts, fmt.Sprint(text))
	}
	return texts
}

func works(t *testing.T, what string, a answer) {
	t.Helper()
	if a.Code != http.StatusOK {
		t.Errorf("%s: %d %s", what, a.Code, a.Body)
	}
}

// SECURITY OAS-06: and what does not work is not listed.
func TestOAS06_WhatIsNotThereIsNotListed(t *testing.T) {
	b := newBench(t, func(s *settings) {
		s.clients.Assertions, s.clients.Scopes, s.server.Refresh = nil, nil, nil
		s.server.Endpoints = oauthserver.Endpoints{Token: issuer + tokenPath}
	})
	const want = `{"issuer":"https://id.example","token_endpoint":"https://id.example/oauth/token","response_types_supported":[],` +
		`"grant_types_supported":["client_credentials"],"token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"]}`
	if got := b.metadata().Body.String(); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

func TestMetadataMayBeKept(t *testing.T) {
	b := newBench(t)
	a := b.metadata()
	h := a.Header()
	if h.Get("Cache-Control") != "public, max-age=3600" || h.Get("Content-Type") != "application/json" || h.Get("Etag") == "" {
		t.Errorf("%v", h)
	}
	if a := b.metadata("If-None-Match", h.Get("Etag")); a.Code != http.StatusNotModified || a.Body.Len() != 0 {
		t.Errorf("again: %d %s", a.Code, a.Body)
	}
	w := httptest.NewRecorder()
	b.server.Metadata(0).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d %v", w.Code, w.Header())
	}
}

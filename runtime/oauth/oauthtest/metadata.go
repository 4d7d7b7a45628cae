package oauthtest

import "net/http"

// serveConfiguration answers for the issuer at a path.
func (p *Provider) serveConfiguration(w http.ResponseWriter, path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	members := map[string]any{
		"issuer":                                         p.server.URL + path,
		"authorization_endpoint":                         p.server.URL + PathAuthorize,
		"token_endpoint":                                 p.server.URL + PathToken,
		"userinfo_endpoint":                              p.server.URL + PathUserInfo,
		"jwks_uri":                                       p.server.URL + PathKeys,
		"response_types_supported":                       []string{"code"},
		"subject_types_supported":                        []string{"public"},
		"id_token_signing_alg_values_supported":          []string{"RS256", "ES256", "EdDSA"},
		"token_endpoint_auth_methods_supported":          []string{"client_secret_basic", "client_secret_post"},
		"code_challenge_methods_supported":               []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
	}
	change(p.misdeeds.Configuration, members)
	writeJSON(w, http.StatusOK, members)
}

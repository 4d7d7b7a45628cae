package oauth

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

const configuration = "the configuration"

// metadata are what matters of an OpenID provider's configuration (OpenID Connect
// Discovery 1.0 section 3, RFC 9207 section 3).
type metadata struct {
	Issuer      string   `json:"issuer"`
	Authorize   string   `json:"authorization_endpoint"`
	Token       string   `json:"token_endpoint"`
	UserInfo    string   `json:"userinfo_endpoint"`
	Keys        string   `json:"jwks_uri"`
	Algorithms  []string `json:"id_token_signing_alg_values_supported"`
	AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
	SendsIssuer bool     `json:"authorization_response_iss_parameter_supported"`
}

// discover asks a provider where it is, and holds the answer to what was configured
// (SECURITY OAC-05).
func (c *client) discover(ctx context.Context) (*endpoints, error) {
	url := strings.TrimSuffix(c.Issuer, "/") + "/.well-known/openid-configuration"
	m, err := getObject[metadata](ctx, c, configuration, url, "")
	if err != nil {
		return nil, err
	}
	want := c.Issuer
	if c.kind.issuer != nil {
		want = c.kind.issuer(c.Issuer)
	}
	if m.Issuer != want {
		return nil, c.broken(reasonMetadata, configuration+" is that of another issuer")
	}
	for _, endpoint := range []string{m.Authorize, m.Token, m.Keys} {
		if !isEndpoint(c.issuerURL, endpoint) {
			return nil, c.broken(reasonMetadata, configuration+" has an endpoint that is missing or not https")
		}
	}
	if m.UserInfo != "" && !isEndpoint(c.issuerURL, m.UserInfo) {
		return nil, c.broken(reasonMetadata, configuration+" has a userinfo endpoint that is not https")
	}
	e := &endpoints{
		authorize: m.Authorize, token: m.Token, userInfo: m.UserInfo, keysURL: m.Keys,
		issuer: m.Issuer, promisesIssuer: m.SendsIssuer, style: c.kind.style, algorithms: commonAlgorithms(m.Algorithms),
	}
	if e.style == 0 {
		e.style = styleOf(m.AuthMethods)
	}
	switch {
	case len(e.algorithms) == 0:
		return nil, c.broken(reasonMetadata, configuration+" has no algorithm for ID tokens that is one of ours")
	case e.style == 0:
		return nil, c.broken(reasonMetadata, configuration+" has no way for this application to authenticate")
	}
	return e, nil
}

// algorithms are those that the keys of package token have, which never are a shared
// secret.
var algorithms = [...]string{"RS256", "ES256", "EdDSA"}

// commonAlgorithms returns those that the provider says it has, too. RS256 is the default
// (OpenID Connect Core 1.0 section 3.1.3.7).
func commonAlgorithms(theirs []string) []string {
	if len(theirs) == 0 {
		return algorithms[:1]
	}
	var common []string
	for _, a := range algorithms {
		if slices.Contains(theirs, a) {
			common = append(common, a)
		}
	}
	return common
}

// styleOf picks a way to authenticate, or 0 if there is none. The header is the default
// and what every server has to understand (OpenID Connect Discovery 1.0 section 3, RFC
// 6749 section 2.3.1).
func styleOf(methods []string) oauth2.AuthStyle {
	switch {
	case len(methods) == 0, slices.Contains(methods, "client_secret_basic"):
		return oauth2.AuthStyleInHeader
	case slices.Contains(methods, "client_secret_post"):
		return oauth2.AuthStyleInParams
	default:
		return 0
	}
}

package oauth

import (
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Provider is where people log in. It is made by [Google], [GitHub], [GitLab],
// [Microsoft], [Apple] or [OIDC]; what these leave open can be changed before it is
// configured. It prints without its secret.
type Provider struct {
	// Name is what the provider is called in paths and is kept with accounts: a lower-case
	// letter and at most 31 more, digits, hyphens and underscores.
	Name string
	// Issuer is the provider's identifier, byte for byte as its metadata have it (SECURITY
	// OAC-05): https, or http on the same machine.
	Issuer string
	// ClientID is what the provider calls this application.
	ClientID string
	// Scopes are what is asked for. They always hold openid where the provider has OpenID
	// Connect.
	Scopes []string
	// Params are added to the request that the browser takes to the provider, such as
	// access_type=offline for a refresh token of Google's.
	Params map[string]string
	// AllowPrivate allows the provider's keys to be at an address that is not public.
	// Without it that is allowed for the host of the issuer only, which the operator named
	// (SECURITY KEY-06).
	AllowPrivate bool
	// TLS is for providers with certificates of their own authority; it is copied.
	// Certificates are verified and TLS is 1.2 at least, in any case.
	TLS *tls.Config

	// A function, so that no way of printing reaches the secret.
	secret func() string
	kind   kind
}

// OIDC is any provider that keeps to OpenID Connect. Its name is the caller's to choose.
// Without scopes these are openid, email and profile.
func OIDC(name, issuer, clientID, clientSecret string, scopes ...string) Provider {
	return newProvider(kind{scopes: []string{"openid", "email", "profile"}}, name, issuer, clientID, clientSecret, scopes)
}

// Google is https://accounts.google.com. What it calls a verified address is one that it
// once sent mail to: who owns it today Google knows of its own addresses only.
// https://developers.google.com/identity/gsi/web/guides/verify-google-id-token
func Google(clientID, clientSecret string, scopes ...string) Provider {
	k := kind{
		scopes: []string{"openid", "email", "profile"},
		// https://developers.google.com/identity/openid-connect/openid-connect#exchangecode
		style: inParams,
	}
	return newProvider(k, "google", "https://accounts.google.com", clientID, clientSecret, scopes)
}

// GitLab is https://gitlab.com. For another installation set the Issuer.
// https://docs.gitlab.com/integration/openid_connect_provider
func GitLab(clientID, clientSecret string, scopes ...string) Provider {
	k := kind{
		scopes: []string{"openid", "email", "profile"},
		// https://docs.gitlab.com/api/oauth2/#authorization-code-with-proof-key-for-code-exchange-pkce
		style: inParams,
	}
	return newProvider(k, "gitlab", "https://gitlab.com", clientID, clientSecret, scopes)
}

func newProvider(k kind, name, issuer, clientID, clientSecret string, scopes []string) Provider {
	if len(scopes) == 0 {
		scopes = k.scopes
	}
	return Provider{
		Name: name, Issuer: issuer, ClientID: clientID, Scopes: slices.Clone(scopes),
		secret: func() string { return clientSecret }, kind: k,
	}
}

const (
	maxName = 32
	// maxCredential bounds ids and secrets of clients, which travel in requests.
	maxCredential = 8 << 10
)

// complete checks p and makes it the Service's own. The error quotes no secret.
func (p *Provider) complete() error {
	if !isName(p.Name) {
		return fmt.Errorf("a provider's name must be a lower-case letter and at most %d more, digits, - and _, not %q", maxName-1, p.Name)
	}
	if err := p.check(); err != nil {
		return fmt.Errorf("provider %s: %w", p.Name, err)
	}
	p.Scopes, p.Params = slices.Clone(p.Scopes), maps.Clone(p.Params)
	if p.kind.identify == nil && !slices.Contains(p.Scopes, "openid") {
		p.Scopes = append([]string{"openid"}, p.Scopes...)
	}
	return nil
}

func (p *Provider) check() error {
	switch {
	case p.secret == nil:
		return errors.New("it must be made by one of the functions of package oauth")
	case p.ClientID == "" || len(p.ClientID) > maxCredential:
		return errors.New("the client id is missing or too long")
	case p.secret() == "" || len(p.secret()) > maxCredential:
		return errors.New("the client secret is missing or too long")
	case p.TLS != nil && p.TLS.InsecureSkipVerify:
		return errors.New("TLS must verify certificates")
	}
	for _, scope := range p.Scopes {
		if scope == "" || strings.ContainsFunc(scope, notInScope) {
			return fmt.Errorf("%q is no scope", scope)
		}
	}
	for name := range p.Params {
		if slices.Contains(reserved[:], name) {
			return fmt.Errorf("the parameter %q cannot be chosen", name)
		}
	}
	if _, err := parseIssuer(p.Issuer); err != nil {
		return err
	}
	return nil
}

// reserved are the parameters of the request that make it safe.
var reserved = [...]string{
	"client_id", "client_secret", "code_challenge", "code_challenge_method", "nonce", "redirect_uri",
	"request", "request_uri", "response_mode", "response_type", "scope", "state",
}

func isName(name string) bool {
	if name == "" || len(name) > maxName || name[0] < 'a' || name[0] > 'z' {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

// notInScope is the complement of RFC 6749 section 3.3.
func notInScope(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }

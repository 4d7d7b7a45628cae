package gocode

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// What the token endpoint for machines is made of, as Go source.
func (d textData) IssuerCode() string     { return fmt.Sprintf("%#v", issuer(d.JWT)) }
func (d textData) MachineTTL() string     { return goDuration(d.Server.TokenTTL) }
func (d textData) LeewayCode() string     { return goDuration(d.JWT.Leeway) }
func (d textData) TokenStaleness() string { return goDuration(d.JWT.MaxStaleness) }
func (d textData) JWKSMaxAge() string     { return goDuration(d.JWT.JWKSMaxAge) }

// ClientOverlap is how long a rotated secret lives on.
func (d textData) ClientOverlap() string {
	if d.Server.Overlap == 0 {
		return "oauthserver.Never"
	}
	return goDuration(d.Server.Overlap)
}

// OverlapsSecrets reports whether a rotated secret lives on, SecretOverlap for how long.
func (d textData) OverlapsSecrets() bool { return d.Server.Overlap > 0 }
func (d textData) SecretOverlap() string { return goDuration(d.Server.Overlap) }

// TestIssuer is what iss says in tests.
func (d textData) TestIssuer() string {
	if d.JWT.Issuer != "" {
		return strconv.Quote(d.JWT.Issuer)
	}
	return "authtest.BaseURL"
}

// PublishesKeys reports whether there are public keys.
func (d textData) PublishesKeys() bool { return d.JWT.Algorithm != spec.HS256 }

// SessionLogin reports whether a login through a provider gives a session, by which
// alone a browser that comes back is known.
func (d textData) SessionLogin() bool { return !d.OAuth.Tokens }

// RecentCall is the check that the login of an identity is recent.
func (d textData) RecentCall() string { return fmt.Sprintf("%#v", recent(d.Model)) }

// ParseIDCode is how the id of a user is read.
func (d textData) ParseIDCode() string { return fmt.Sprintf("%#v", parseID(d.ID)) }

// HomeCode is where a login leads that began nowhere.
func (d textData) HomeCode() string {
	if d.Pages() {
		return strconv.Quote(d.Prefix + "/devices")
	}
	return strconv.Quote("/")
}

// ProviderCode makes a provider with the id and the secret of the environment.
func (d textData) ProviderCode(p model.Provider) string {
	args := []string{
		"vars.Required(" + strconv.Quote(p.Env+"_CLIENT_ID") + ")",
		"vars.Required(" + strconv.Quote(p.Env+"_CLIENT_SECRET") + ")",
	}
	maker := "oauth." + p.Maker
	if p.Maker == "" {
		maker = "oauth.OIDC"
		args = append([]string{strconv.Quote(p.Name), strconv.Quote(p.Issuer)}, args...)
	}
	for _, scope := range p.Scopes {
		args = append(args, strconv.Quote(scope))
	}
	return maker + "(" + strings.Join(args, ", ") + ")"
}

// StaleLogins reports whether a login that is not recent is still one.
func (d textData) StaleLogins() bool {
	if d.Session != nil {
		return d.Model.Recent < d.Session.IdleTimeout
	}
	return d.Model.Recent < d.TokenLifeDuration()
}

// LoginEnds reports whether what a login through a provider gives is on its way out.
func (d textData) LoginEnds() bool {
	if d.OAuth.Tokens {
		return d.JWT.Deprecated != nil
	}
	return d.Session.Deprecated != nil
}

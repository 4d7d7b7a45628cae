package oauth

import (
	"time"

	"golang.org/x/oauth2"

	"github.com/authgen-go/authgen/runtime/jwks"
)

// endpoints are where a provider is and what it promises. They are immutable.
type endpoints struct {
	authorize, token, userInfo string
	// issuer is what iss is in callbacks and ID tokens.
	issuer string
	// promisesIssuer says that callbacks have iss (RFC 9207 section 3).
	promisesIssuer bool
	style          oauth2.AuthStyle
	algorithms     []string
	keysURL        string
	keys           *jwks.Remote // nil without OpenID Connect
	found          time.Time
}

// config is for one call. Nothing of it is shared.
func (c *client) config(e *endpoints) (*oauth2.Config, error) {
	secret, err := c.secretNow(c.now())
	if err != nil {
		return nil, c.broken(reasonClient, "the client secret cannot be made")
	}
	return &oauth2.Config{
		ClientID: c.ClientID, ClientSecret: secret, RedirectURL: c.callback, Scopes: c.Scopes,
		Endpoint: oauth2.Endpoint{AuthURL: e.authorize, TokenURL: e.token, AuthStyle: e.style},
	}, nil
}

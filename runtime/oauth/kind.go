package oauth

import (
	"context"
	"time"

	"golang.org/x/oauth2"
)

// inParams is a client that sends its secret in the form and not in a header. It is
// always decided which: a client that finds out by trying burns the code (SECURITY
// OAC-10).
const inParams = oauth2.AuthStyleInParams

// A kind is what sets a provider apart from the standards. The zero kind is one that
// keeps to them.
type kind struct {
	// scopes are the ones that are asked for if nobody says otherwise.
	scopes []string
	// style is how the client authenticates; if it is 0 the metadata say it.
	style oauth2.AuthStyle
	// formPost says that the provider answers by a form that the browser posts.
	formPost bool
	// noUserInfo says that userinfo knows nothing that ID tokens do not.
	noUserInfo bool
	// issuer returns what the metadata of the configured issuer call it; nil: the same.
	issuer func(configured string) string
	// belongs reports whether a token of an issuer that stands for many is one of the
	// configured; nil: there is but one.
	belongs func(configured string, c claims) bool
	// verified reports whether the provider vouches for the address; nil: email_verified
	// is true.
	verified func(c claims) bool
	// signer makes secrets of what is configured as one; nil: it is the secret. Its error
	// quotes nothing.
	signer func(p Provider) (func(now time.Time) (string, error), error)
	// endpoints are where the provider is; nil: its metadata say it.
	endpoints func(issuer string) *endpoints
	// identify asks the provider who somebody is; nil: its ID token says it.
	identify func(ctx context.Context, c *client, e *endpoints, access string) (person, error)
}

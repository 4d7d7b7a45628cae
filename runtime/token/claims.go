package token

import "time"

// Claims are what every access token says (RFC 7519 section 4.1, RFC 9068 section
// 2.2). Times have no meaning more exact than a microsecond.
type Claims struct {
	// Issuer is who made the token ("iss").
	Issuer string
	// Subject is whom it speaks for ("sub"), never empty in a verified token.
	Subject string
	// Audience is whom it is for ("aud").
	Audience []string
	// ExpiresAt is when it ends ("exp").
	ExpiresAt time.Time
	// NotBefore is when it begins ("nbf"); zero if it does not say.
	NotBefore time.Time
	// IssuedAt is when it was made ("iat"); zero if it does not say.
	IssuedAt time.Time
	// ID is the token's own name ("jti"): unique, and not the credential.
	ID string
	// ClientID is the client that it was made for ("client_id"), if any.
	ClientID string
	// Scopes are what it may be used for ("scope").
	Scopes []string
	// Roles are those of its subject ("roles").
	Roles []string
	// Version is that of its subject's account ("ver"): a token of an earlier version
	// is dead. It is 0 in the tokens of other issuers.
	Version int64
	// AuthTime is when the subject last proved who they are ("auth_time", RFC 9068
	// section 2.2.1); zero if it does not say.
	AuthTime time.Time
	// Family is the login that the token belongs to ("sid"), "" for none. It is "" in
	// the tokens of other issuers.
	Family string
}

// claimNames are the names of [Claims], which an application cannot give to claims
// of its own.
var claimNames = [...]string{
	"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id", "scope", "roles", "ver", "auth_time", "sid",
}

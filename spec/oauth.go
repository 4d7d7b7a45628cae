package spec

import "time"

// OAuth is the strategy of OAuth 2.0: logging in through providers, and a token
// endpoint for machines. At least one of the two is there.
type OAuth struct {
	Providers   []OAuthProvider // in the order of the file
	Issue       OAuthIssue      // what a login through a provider gives
	LinkByEmail OAuthLink
	KeepTokens  bool         // whether the tokens of providers are kept, sealed
	Server      *OAuthServer // nil for no token endpoint
	Deprecated  *Deprecated  // nil for none
}

// An OAuthProvider is where people log in. One whose name is known has an issuer only
// if it is another installation than the public one.
type OAuthProvider struct {
	Name   string
	Issuer string   // "" for that of a known provider
	Scopes []string // none for the provider's own default
}

// OAuthServer is a token endpoint for machines, whose tokens are signed by the
// strategy of JWTs.
type OAuthServer struct {
	TokenTTL      time.Duration // the life of a machine's access token
	SecretOverlap time.Duration // how long a rotated secret stays valid
}

// serves reports whether there is a token endpoint for machines.
func (s Strategies) serves() bool { return s.OAuth != nil && s.OAuth.Server != nil }

// KnownProviders are the names of the providers that need no issuer.
func KnownProviders() []string { return []string{"google", "github", "gitlab", "microsoft", "apple"} }

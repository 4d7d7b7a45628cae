// Package oauthtest is a provider of logins for tests: an OpenID provider on loopback,
// and what GitHub has instead. It keeps to the standards, more strictly than most, until
// it is told to misbehave.
//
//	provider := oauthtest.New(t)
//	cfg.Providers = []oauth.Provider{provider.OIDC("acme")}
//	…
//	location, err := s.Begin(w, r, "acme", oauth.Flow{})
//	…
//	callback := provider.Browse(t, location) // what the browser asks the application for next
package oauthtest

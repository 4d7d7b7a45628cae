// Package oauth lets people log in through other providers: the authorization code
// flow of RFC 6749 with PKCE (RFC 7636), and OpenID Connect where the provider has it.
// It knows no users. It ends with a [Login]: who somebody is at a provider, verified.
//
//	s, err := oauth.New(oauth.Config{
//		Providers: []oauth.Provider{oauth.Google(id, secret), oauth.OIDC("acme", issuer, id, secret)},
//		BaseURL: base, Prefix: "/auth", Key: root.Derive("oauth flows", 32), Once: register,
//	})
//	if err != nil {
//		return err
//	}
//	defer s.Close()
//
// [Service.Begin] sends a browser to a provider and [Service.Finish] takes it back.
// What is known of a flow in between is in a sealed cookie of that browser and nowhere
// else, so that nobody fills a storage by beginning logins (SECURITY OAC-11); that a
// flow is over is what a storage is told, once.
//
// # What is refused, and how
//
// Every error that the browser or the provider is to blame for is a *[authn.Problem]
// with a text of its own; what the provider says in words is neither shown nor logged
// (SECURITY OAC-09). What is wrong in detail is a fixed word in the audit trail.
//
//   - [ErrState], 400: the callback belongs to no flow of this browser
//   - [ErrRefused], 400: the provider sent the browser back with an error, or did not
//     take its code
//   - [ErrIdentity], 401: what the provider says of the user is forged or broken
//   - [ErrProvider], 503: the provider is slow, broken or unreachable, or does not accept
//     this application. It is the 502 and 504 of SECURITY F-27: the flow is over, nobody
//     is logged in, and other providers and the rest of the application notice nothing
//
// Any other error means that something here could not be found out.
//
// # What providers need
//
// ID tokens are signed with RS256, ES256 or EdDSA by a key with a kid; their keys are
// those of package jwks, with its rules. Endpoints are https, or http on the same machine
// for development.
package oauth

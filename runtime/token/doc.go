// Package token issues and verifies access tokens: JSON Web Tokens of the kind
// "at+jwt" (RFC 9068), signed with HS256, RS256, ES256 or EdDSA.
//
// A token passes a strict parser before any cryptography sees it: one spelling of
// base64, one JSON object each for header and claims, no name twice, a limit on
// everything (SECURITY JWT-04 to JWT-10). The signature is then checked by
// golang-jwt's signing methods, with the one algorithm of the one [Key] that the
// token names; what the token says of its algorithm only has to agree (SECURITY
// JWT-02). Claims are read only once the signature held.
//
// Claims are typed. An application's claims are a struct that holds a [Claims] and
// a field for every claim of its own; a [Schema] says which is which, for writing
// and for reading:
//
//	type Claims struct {
//		token.Claims
//		Tenant string
//	}
//
//	schema, err := token.NewSchema(
//		func(c *Claims) *token.Claims { return &c.Claims },
//		token.StringClaim("tenant", func(c *Claims) *string { return &c.Tenant }),
//	)
//
// An [Issuer] makes tokens of such claims and a [Verifier] gives them back.
//
// Keys come from a [Provider], such as a [Folder] of files whose names say when each of
// them signs. A [Watcher] keeps the [Ring] of both up to date with it, and [JWKSHandler]
// publishes what others verify with.
package token

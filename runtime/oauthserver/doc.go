// Package oauthserver is an OAuth 2.0 token endpoint for machines: a client proves who
// it is and gets an access token for itself (RFC 6749 section 4.4), without any user.
//
// [Clients] keeps the clients. One authenticates by a secret, which is shown once, when
// it is made, and stored as its SHA-256, or by assertions that it signs with a key of
// its own ([PrivateKeyJWT], RFC 7523). A secret is replaced by rotation: the new one and
// the old one both work until the overlap ends.
//
// A [Server] has the endpoints: tokens, revocation (RFC 7009), introspection (RFC 7662)
// and metadata (RFC 8414). They return errors that [Render] writes as RFC 6749 section
// 5.2 has it; [Around] puts it into their requests.
//
// The token of a machine says so: its subject is its client ([IsMachine]). A guard hands
// it to [Clients.Admit], which asks at each request, as strictly as
// [ClientsConfig.MaxStaleness] says, what has become of the client and the token.
package oauthserver

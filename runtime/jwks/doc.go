// Package jwks holds the keys of another issuer, for services that only verify its
// tokens.
//
// A [Remote] fetches the issuer's JWK Set (RFC 7517 section 5) in the background and
// again and again, and is the [token.Source] of a verifier. What the issuer answers is
// hostile until it has been read: it is fetched over https from where the operator
// said and nowhere else, within bounds of time and size (SECURITY KEY-06), and a set
// that is broken, weak or empty changes nothing (SECURITY F-24).
//
//	keys, err := jwks.New(jwks.Config{URL: "https://id.example/jwks.json", Audit: recorder})
//	if err != nil {
//		return err
//	}
//	defer keys.Close()
//	verifier, err := token.NewVerifier(token.Config[token.Claims]{Keys: keys, …})
//
// Tokens name the keys that are to verify them, so anybody can ask for a key that is
// not there. That costs the issuer one request per [Config.Cooldown] at most, whatever
// is asked for and however often (SECURITY KEY-05).
package jwks

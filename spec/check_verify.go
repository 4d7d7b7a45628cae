package spec

import (
	"net/netip"
	"net/url"
	"slices"
)

// checkVerify holds that a service that only verifies asks for nothing that takes
// an issuer. What is the issuer's affair is cleared, so that nobody reads a
// default where there is nothing.
func (w *walker) checkVerify(j *JWT) {
	const algorithm, issuer, verify = "strategies.jwt.algorithm", "strategies.jwt.issuer", "strategies.jwt.verify"

	w.refuseExcluded()
	if j.Issuer == "" && w.sound(issuer) {
		w.refuseAt(verify, fault{
			message: "missing issuer: without it any token that a key of the set signed would do, whoever it speaks for",
			hint:    "write under strategies.jwt what the tokens have as iss, for example issuer: https://id.example.com",
		})
	}

	if !w.written(algorithm) {
		j.Algorithm = ""
	}
	if j.Algorithm == HS256 && w.sound(algorithm) {
		w.refuseAt(algorithm, fault{
			message: "expected an algorithm with public keys, found " + quote(string(HS256)) + " beside verify: a key set has no secrets",
			hint:    "for example algorithm: EdDSA, or leave it out for any that the keys are for",
		})
	}
	j.AccessTTL, j.Refresh, j.Revocation, j.JWKS = 0, nil, Revocation{}, JWKS{}
	w.spec.Users.DefaultRole = ""

	w.checkJWKSURL(*j.Verify)
}

// refuseExcluded reports every written key that verify excludes.
func (w *walker) refuseExcluded() {
	var excluded []string

	for path := range w.at {
		if above := parent(path); slices.Contains(issuersKeys(), path) || slices.Contains(issuersSections(), above) && !slices.Contains(verifiersKeys(), path) {
			excluded = append(excluded, path)
		}
	}
	slices.Sort(excluded)

	for _, path := range excluded {
		w.refuseAt(path, fault{
			message: "jwt.verify excludes " + keyOf(path) + ": this service only verifies another issuer's tokens",
			hint:    "remove it, or remove jwt.verify",
		})
	}
}

// issuersKeys are what only a service that issues has a use for.
func issuersKeys() []string {
	return []string{
		"database",
		"strategies.jwt.access_ttl", "strategies.jwt.jwks", "strategies.jwt.refresh", "strategies.jwt.revocation",
	}
}

// issuersSections are those whose keys, but for the verifier's, are the issuer's.
func issuersSections() []string { return []string{"users", "rate_limit", "strategies"} }

// verifiersKeys are those of the issuer's sections that verifying needs: what
// roles hold.
func verifiersKeys() []string { return []string{"users.roles", "strategies.jwt"} }

func (w *walker) checkJWKSURL(v Verify) {
	const at, private = "strategies.jwt.verify.jwks_url", "strategies.jwt.verify.insecure_private_network"

	if v.InsecurePrivateNetwork {
		w.warnAt(private, fault{
			message: "keys are fetched from private networks too: whoever controls the name in jwks_url chooses whom this service asks there",
			hint:    "leave it out when the issuer has a public address",
		})
	}
	u, err := url.Parse(v.JWKSURL)
	if err != nil || !w.sound(at) {
		return
	}
	if u.Scheme == "http" {
		w.warnAt(at, fault{
			message: "keys are fetched over http, which is for one machine",
			hint:    "for example jwks_url: https://id.example.com/.well-known/jwks.json",
		})
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && w.sound(private) && !v.InsecurePrivateNetwork && (addr.IsPrivate() || addr.IsLinkLocalUnicast()) {
		w.refuseAt(at, fault{
			message: "expected a public address, found " + quote(u.Hostname()) + ", which is of a private network",
			hint:    "write insecure_private_network: true beside it to fetch keys from there",
		})
	}
}

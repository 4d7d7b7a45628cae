package spec

// checkVerify clears what is the issuer's affair, so that nobody reads a default
// where there is nothing, and says what the service can then not have.
func (w *walker) checkVerify(j *JWT) {
	if !w.written("strategies.jwt.algorithm") {
		j.Algorithm = ""
	}
	j.AccessTTL, j.Refresh, j.Revocation, j.JWKS = 0, nil, Revocation{}, JWKS{}
	w.spec.Users.DefaultRole = ""

	w.checkJWKSURL(*j.Verify)
}

func (w *walker) checkJWKSURL(v Verify) {
	const private = "strategies.jwt.verify.insecure_private_network"

	if v.InsecurePrivateNetwork {
		w.warnAt(private, fault{
			message: "keys are fetched from private networks too: whoever controls the name in jwks_url has this service ask the hosts there",
			hint:    "leave insecure_private_network out when the issuer has a public address",
		})
	}
}

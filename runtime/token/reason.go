package token

// Reason returns a fixed word for why a token was refused, for audit events: clients
// learn no more than that it was. It is "invalid" for an error that is not of this
// package.
func Reason(err error) string {
	for _, r := range [...]struct {
		err  error
		word string
	}{
		{errSize, "too-long"},
		{errForm, "malformed"},
		{errHeader, "malformed-header"},
		{errExtension, "forbidden-header"},
		{errAlgorithm, "wrong-algorithm"},
		{errType, "wrong-type"},
		{errKid, "no-key-id"},
		{errKey, "unknown-key"},
		{errSignature, "bad-signature"},
		{errClaims, "malformed-claims"},
		{errIssuer, "wrong-issuer"},
		{errAudience, "wrong-audience"},
		{errSubject, "no-subject"},
		{errID, "no-id"},
		{errExpiry, "no-expiry"},
		{errNotYet, "not-yet-valid"},
		{errMissing, "claim-missing"},
		{ErrTokenExpired, "expired"},
	} {
		if err == r.err {
			return r.word
		}
	}
	return "invalid"
}

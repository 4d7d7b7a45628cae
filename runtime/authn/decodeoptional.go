package authn

import "net/http"

// DecodeOptional is [Decode] for an endpoint whose members are all optional: a
// request without a body gives the zero T.
func DecodeOptional[T any](w http.ResponseWriter, r *http.Request) (T, error) {
	if r.ContentLength == 0 {
		var none T
		return none, nil
	}
	return Decode[T](w, r)
}

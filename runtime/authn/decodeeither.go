package authn

import "net/http"

const formType = "application/x-www-form-urlencoded"

// IsForm reports whether r comes from an HTML form: whether its body is
// application/x-www-form-urlencoded, which it may say of an empty one.
func IsForm(r *http.Request) bool {
	types := r.Header["Content-Type"]
	return len(types) == 1 && isMediaType(types[0], formType)
}

// DecodeEither is [DecodeForm] for a request that [IsForm], and [Decode] for every
// other.
func DecodeEither[T any](w http.ResponseWriter, r *http.Request) (T, error) {
	if IsForm(r) {
		return DecodeForm[T](w, r)
	}
	return Decode[T](w, r)
}

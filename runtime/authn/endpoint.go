package authn

import "net/http"

// Handler makes a guarded endpoint of serve: [Guard.Require] with allow around
// [Frame.Handler], and the identity handed over as a parameter, so that no
// endpoint has to find it or to think of its absence.
func (g *Guard[I]) Handler(allow func(I) error, serve func(w http.ResponseWriter, r *http.Request, id I) error) http.Handler {
	return g.Require(allow)(g.frame.Handler(func(w http.ResponseWriter, r *http.Request) error {
		id, ok := IdentityFrom[I](r.Context())
		if !ok {
			return ErrAuthenticationRequired
		}
		return serve(w, r, id)
	}))
}

package authn

import (
	"context"
	"net/http"
)

// A Renderer writes the answer to a request that is refused: the status, a body for
// p and the body's media type, or a redirect to where the refusal can be mended. The
// headers that go with the refusal are set, it is logged and audited; the id of the
// request is "" when it is not to be shown.
type Renderer func(w http.ResponseWriter, r *http.Request, p *Problem, requestID string)

type rendererKey struct{}

// WithRenderer returns r with a renderer in its context: whatever refuses the request
// from there on, a guard or an endpoint, answers with render instead of problem
// details. It is how pages for people get refusals that people can read.
func WithRenderer(r *http.Request, render Renderer) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), rendererKey{}, render))
}

// render writes the refusal as the request asks for it.
func render(w http.ResponseWriter, r *http.Request, p *Problem, requestID string) {
	if own, ok := r.Context().Value(rendererKey{}).(Renderer); ok {
		own(w, r, p, requestID)
		return
	}
	writeProblem(w, p, requestID)
}

package authn

import (
	"bytes"
	"context"
	"net/http"

	"github.com/authgen-go/authgen/runtime/audit"
)

// A Trail is where events are kept; [audit.Queue] is one.
type Trail interface {
	// Ready returns nil if an event would be kept now.
	Ready(ctx context.Context) error
}

// recorded makes an endpoint of h that changes nothing while events cannot be kept, and
// does not answer that something is done before its events are (SECURITY LOG-04): it is 503
// instead, in the second case of a change that was made and may have been recorded.
func (f *Frame) recorded(h HandlerFunc) HandlerFunc {
	if f.Trail == nil {
		return h
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			if err := f.Trail.Ready(r.Context()); err != nil {
				return ErrUnavailable.WithCause(err)
			}
		}
		ctx, receipt := audit.WithReceipt(r.Context())
		held := &heldAnswer{ResponseWriter: w}
		if err := h(held, r.WithContext(ctx)); err != nil {
			return err
		}
		if err := receipt.Wait(ctx); err != nil {
			return ErrUnavailable.WithCause(err)
		}
		return held.send()
	}
}

// A heldAnswer is an answer that is not sent yet, but for its headers, which nobody has
// seen either. Answers of endpoints are small.
type heldAnswer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (a *heldAnswer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *heldAnswer) Write(p []byte) (int, error) { return a.body.Write(p) }

// Unwrap is how the limit of a body closes its connection.
func (a *heldAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *heldAnswer) send() error {
	if a.status != 0 {
		a.ResponseWriter.WriteHeader(a.status)
	}
	if a.body.Len() == 0 {
		return nil
	}
	_, err := a.ResponseWriter.Write(a.body.Bytes())
	return err
}

package authn

import (
	"crypto/rand"
	"net/http"

	"github.com/authgen-go/authgen/runtime/audit"
)

const requestIDHeader = "X-Request-Id"

// describe returns what logs and audit events say about r: what the context
// already knows, or else the id given by a listed proxy or a new one.
func (f *Frame) describe(r *http.Request) audit.Request {
	if known := audit.RequestFrom(r.Context()); known.ID != "" {
		return known
	}
	id := f.forwardedID(r)
	if id == "" {
		id = rand.Text()
	}
	return audit.Request{ID: id, Addr: f.Proxies.ClientAddr(r)}
}

// known is r with a context that has its description, if a listed proxy has given it an id:
// what strategies record of it then has that id. It is not made up where the answer, which a
// strategy has no part in, would not have it.
func (f *Frame) known(r *http.Request) *http.Request {
	id := f.forwardedID(r)
	if id == "" || audit.RequestFrom(r.Context()).ID != "" {
		return r
	}
	return r.WithContext(audit.WithRequest(r.Context(), audit.Request{ID: id, Addr: f.Proxies.ClientAddr(r)}))
}

// forwardedID returns the request id that a listed proxy sent, or "" if there is
// none that is fit for logs.
func (f *Frame) forwardedID(r *http.Request) string {
	ids := r.Header[requestIDHeader]
	if len(ids) != 1 || !isRequestID(ids[0]) || !f.Proxies.vouchesFor(r) {
		return ""
	}
	return ids[0]
}

func isRequestID(s string) bool {
	if len(s) < 8 || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

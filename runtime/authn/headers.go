package authn

import "net/http"

// secure sets what every answer of a generated endpoint and every refusal
// carries (SECURITY WEB-09). A handler may override them afterwards; a page needs
// its own policy for content, for example.
func (f *Frame) secure(h http.Header) {
	// One allocation for all; the capacities keep Header.Add from reaching over.
	v := []string{"no-store", "nosniff", "no-referrer", "default-src 'none'; frame-ancestors 'none'", "max-age=63072000"}
	h["Cache-Control"] = v[0:1:1]
	h["X-Content-Type-Options"] = v[1:2:2]
	h["Referrer-Policy"] = v[2:3:3]
	h["Content-Security-Policy"] = v[3:4:4]
	// The application may already promise more than two years for this host.
	if f.HTTPS && len(h["Strict-Transport-Security"]) == 0 {
		h["Strict-Transport-Security"] = v[4:5:5]
	}
}

// unsay removes what a handler announced about an answer that is not sent.
func unsay(h http.Header, status int) {
	for _, name := range []string{"Content-Length", "Content-Encoding", "Etag", "Last-Modified", "Location"} {
		h.Del(name)
	}
	// What could not be done or known must not change the state of the client,
	// least of all sign it out (SECURITY ERR-05).
	if status >= http.StatusInternalServerError {
		h.Del("Set-Cookie")
	}
}

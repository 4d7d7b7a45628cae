package authn

import "net/http"

// secure sets what every answer of a generated endpoint and every refusal
// carries (SECURITY WEB-09). A handler may override them afterwards; a page needs
// its own policy for content, for example.
func (f *Frame) secure(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	// The application may already promise more than two years for this host.
	if f.HTTPS && h.Get("Strict-Transport-Security") == "" {
		h.Set("Strict-Transport-Security", "max-age=63072000")
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

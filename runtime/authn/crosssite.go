package authn

import (
	"fmt"
	"net/http"
	"net/url"
)

// CrossSite tells requests that pages of other sites send from an application's
// own (SECURITY WEB-01). It is immutable and safe for concurrent use.
type CrossSite struct {
	base    origin
	trusted map[origin]bool
	fetch   *http.CrossOriginProtection
}

// NewCrossSite returns a CrossSite for the application at baseURL, of which only
// scheme, host and port count. Pages at the trusted origins, each written in full
// such as "https://app.example", may send requests as well (SECURITY WEB-02).
func NewCrossSite(baseURL *url.URL, trustedOrigins ...string) (*CrossSite, error) {
	if baseURL == nil {
		return nil, fmt.Errorf("base URL: %w", errNotOrigin)
	}
	base, err := originOf(baseURL)
	if err != nil || base.scheme != "http" && base.scheme != "https" {
		return nil, fmt.Errorf("base URL: %w", errNotOrigin)
	}
	c := &CrossSite{base: base, trusted: make(map[origin]bool), fetch: http.NewCrossOriginProtection()}
	for _, text := range trustedOrigins {
		o, err := parseOrigin(text)
		if err != nil {
			return nil, fmt.Errorf("trusted origin %q: %w", text, err)
		}
		c.trusted[o] = true
	}
	return c, nil
}

// Check returns nil if r may act with the credentials a browser sends by itself,
// and otherwise an error that is [ErrCrossSite]. GET, HEAD and OPTIONS always may:
// they must not change anything.
//
// Origin, if sent, must be that of the application or a trusted one, whatever Host
// says. Sec-Fetch-Site is judged by net/http: same-origin and none pass. A request
// with neither does not come from a browser of this decade and passes.
func (c *CrossSite) Check(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	sites, origins := r.Header["Sec-Fetch-Site"], r.Header["Origin"]
	if len(sites) > 1 || len(origins) > 1 {
		return ErrCrossSite
	}
	if len(origins) == 1 {
		o, err := parseOrigin(origins[0])
		switch {
		case err != nil:
			return ErrCrossSite
		case c.trusted[o]:
			return nil
		case o != c.base:
			return ErrCrossSite
		}
	}
	// Without Sec-Fetch-Site net/http would compare Origin with Host, which a proxy
	// may have changed and which leaves out the scheme; ours is the better judge.
	if len(sites) == 1 && (sites[0] == "" || c.fetch.Check(r) != nil) {
		return ErrCrossSite
	}
	return nil
}

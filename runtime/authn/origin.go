package authn

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// An origin is scheme, host and port in one form each, so that origins compare
// with == (RFC 6454 section 5). The port is never empty unless the scheme has no
// default.
type origin struct {
	scheme, host, port string
}

var errNotOrigin = errors.New("not an origin such as https://app.example or https://app.example:8443")

// parseOrigin parses the serialised form of an origin: no path, not even a slash,
// no user, query or fragment. An opaque origin, "null", is none.
func parseOrigin(text string) (origin, error) {
	u, err := url.Parse(text)
	if err != nil {
		return origin{}, errNotOrigin
	}
	// What the parser took apart must be all there was.
	if text[len(u.Scheme):] != "://"+u.Host {
		return origin{}, errNotOrigin
	}
	return originOf(u)
}

// originOf returns the origin of a URL.
func originOf(u *url.URL) (origin, error) {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if u.Scheme == "" || !isHost(host) || strings.HasSuffix(u.Host, ":") {
		return origin{}, errNotOrigin
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		host = addr.String()
	}
	if port == "" {
		return origin{u.Scheme, host, defaultPort(u.Scheme)}, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
		return origin{}, errNotOrigin
	}
	return origin{u.Scheme, host, port}, nil
}

// isHost reports whether a host is an address or a name in its ASCII form, which
// is how browsers write it.
func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return !strings.Contains(host, "%")
	}
	for i := range len(host) {
		if c := host[i]; !isAlphanumeric(c) && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return host != ""
}

func defaultPort(scheme string) string {
	switch scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	default:
		return ""
	}
}

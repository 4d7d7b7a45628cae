package env

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// What ParseBaseURL refuses. The texts follow a variable's name, so they begin
// with a verb; they hold nothing of the value.
var (
	errNotOrigin = errors.New("must be an origin and nothing else: scheme and host, with a port if it is not the default one, such as https://app.example")
	errNotHTTPS  = errors.New("must use https; http is for loopback hosts only (127.0.0.0/8, [::1], localhost)")
	errHost      = errors.New("must name its host by an IP address or by a DNS name in ASCII letters (an international name by its xn-- form)")
	errPort      = errors.New("must have a port from 1 to 65535, if any")
)

// ParseBaseURL reads an origin (RFC 6454): scheme, host and, where it is not
// the default one, port. User information, a path (a lone slash included), a
// query and a fragment are refused. The scheme is https, or http for the hosts
// 127.0.0.0/8, ::1 and localhost.
//
// The result is spelled the way browsers spell an Origin header, so the two can
// be compared as strings: lower case, an IPv6 address in its shortest form, no
// default port. Only its Scheme and Host are set. Errors never hold any of text.
func ParseBaseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return nil, errNotOrigin // err quotes text
	}
	// Whatever else a URL can hold would show as a difference here, and so
	// would escapes in the host.
	if !strings.EqualFold(u.Scheme+"://"+u.Host, text) {
		return nil, errNotOrigin
	}
	host, ok := canonicalHost(u.Hostname())
	if !ok {
		return nil, errHost
	}
	port, err := canonicalPort(u)
	if err != nil {
		return nil, err
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errNotHTTPS
	case u.Scheme == "http" && !isLoopback(strings.Trim(host, "[]")):
		return nil, errNotHTTPS
	}
	return &url.URL{Scheme: u.Scheme, Host: host + port}, nil
}

// canonicalPort returns ":" and the port, or "" for none and for the default one.
func canonicalPort(u *url.URL) (string, error) {
	port := u.Port()
	switch {
	case port == "" && strings.HasSuffix(u.Host, ":"), port != "" && !isPort(port):
		return "", errPort
	case port == "", u.Scheme == "https" && port == "443", u.Scheme == "http" && port == "80":
		return "", nil
	}
	return ":" + port, nil
}

// canonicalHost returns host as a browser writes it, IPv6 in brackets.
func canonicalHost(host string) (string, bool) {
	host = strings.ToLower(host)
	if a, err := netip.ParseAddr(host); err == nil {
		switch {
		case a.Is4():
			return a.String(), true
		case a.Zone() != "" || a.Is4In6():
			return "", false
		default:
			return "[" + a.String() + "]", true
		}
	}
	return host, isDNSName(host)
}

// isDNSName reports whether host, in lower case, is a name a browser leaves as
// it is. A name whose last label is a number is an IPv4 address to a browser,
// in a spelling of its own such as 127.1.
func isDNSName(host string) bool {
	if len(host) > 253 {
		return false
	}
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if !isLabel(label) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return strings.Trim(last, "0123456789") != "" && !strings.HasPrefix(last, "0x")
}

// isLabel reports whether s is one label of a host name. Underscores are not
// for DNS host names but common inside private networks.
func isLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

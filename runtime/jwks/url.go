package jwks

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// parseURL accepts what [Config.URL] may be. Its errors do not quote it: the query may
// be a secret.
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("the URL is malformed")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("the URL must begin with https://")
	case u.Hostname() == "":
		return nil, errors.New("the URL has no host")
	case u.User != nil:
		return nil, errors.New("the URL must not have a user or password")
	case strings.Contains(text, "#"):
		return nil, errors.New("the URL must not have a fragment")
	case u.Scheme == "http" && !isLoopbackHost(u.Hostname()):
		return nil, errors.New("the URL must begin with https://, because its host is not this machine")
	}
	return u, nil
}

// isLoopbackHost reports whether host is this machine by its very name, whatever it
// resolves to.
func isLoopbackHost(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && isLoopback(addr) && !addr.Is4In6() && addr.Zone() == ""
}

// shown is the part of u that may be logged.
func shown(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

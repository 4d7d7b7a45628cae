package oauth

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// parseIssuer reads the issuer of a provider (OpenID Connect Discovery 1.0 section 3).
func parseIssuer(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("the issuer is no URL")
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return nil, errors.New("the issuer must begin with https://")
	case u.User != nil || strings.ContainsAny(text, "?#{}"):
		return nil, errors.New("the issuer must be scheme, host and path only")
	case u.Scheme == "http" && !isLoopbackHost(u.Hostname()):
		return nil, errors.New("the issuer must begin with https://, because its host is not this machine")
	}
	return u, nil
}

// isEndpoint reports whether text is a URL that a provider of that issuer may have an
// endpoint at (SECURITY OAC-05): https, without a user and a fragment (RFC 6749 section
// 3.1). A provider on this machine may have http, on this machine; any other has nothing
// here.
func isEndpoint(issuer *url.URL, text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Contains(text, "#") {
		return false
	}
	here := isLoopbackHost(u.Hostname())
	if here && !isLoopbackHost(issuer.Hostname()) {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && here && issuer.Scheme == "http"
}

// isLoopbackHost reports whether host is this machine by its very name, whatever it
// resolves to.
func isLoopbackHost(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback() && !addr.Is4In6() && addr.Zone() == ""
}

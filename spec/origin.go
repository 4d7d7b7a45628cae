package spec

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

const originWhat = "an origin such as https://app.example.com (scheme://host[:port], nothing after it)"

// originForm is an origin exactly as browsers send it (RFC 6454 6.1): lower
// case, no default port, no path. A page on another spelling would never match.
func originForm() form[string] {
	return textForm(originWhat, `^https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[1-9][0-9]{0,4})?$`, 267, checkOrigin)
}

func checkOrigin(text string) *fault {
	canonical, host, ok := canonicalOrigin(text)

	switch {
	case !ok || !validHost(host):
		return &fault{message: "expected " + originWhat + ", found " + quote(text)}
	case canonical != text:
		return &fault{message: "expected the origin as browsers send it, found " + quote(text), try: canonical}
	case strings.HasPrefix(text, "http://") && !isLoopback(host):
		return &fault{
			message: "expected https, found " + quote(text) + ": over http anyone on the way can be that origin",
			try:     "https" + strings.TrimPrefix(text, "http"),
		}
	}

	return nil
}

// canonicalOrigin returns what a browser makes of text, and the host without
// brackets or port. A path, query or fragment is dropped, so that the result
// can be suggested.
func canonicalOrigin(text string) (origin, host string, ok bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return "", "", false
	}

	host = strings.ToLower(u.Hostname())
	origin = u.Scheme + "://" + host
	if strings.Contains(host, ":") {
		origin = u.Scheme + "://[" + host + "]"
	}

	port := u.Port()
	if !validPort(port) {
		return "", "", false
	}
	if port != "" && port != map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		origin += ":" + port
	}

	return origin, host, true
}

// validPort reports whether port is one, or "" for the scheme's own.
func validPort(port string) bool {
	n, err := strconv.Atoi(port)

	return port == "" || err == nil && n >= 1 && n <= 65535
}

var (
	hostLabel   = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	numberLabel = regexp.MustCompile(`^([0-9]+|0x[0-9a-f]*)$`)
)

// validHost reports whether host is an address in canonical spelling or a DNS
// name. Names that browsers would read as an address are neither.
func validHost(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.String() == host && addr.Zone() == "" && !addr.Is4In6()
	}

	labels := strings.Split(host, ".")
	for _, label := range labels {
		if !hostLabel.MatchString(label) {
			return false
		}
	}

	return len(host) <= 253 && !numberLabel.MatchString(labels[len(labels)-1])
}

// isLoopback reports whether host never leaves the machine.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)

	return host == "localhost" || err == nil && addr.IsLoopback()
}

package env

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// DefaultAddr is the listen address when ADDR is not set.
const DefaultAddr = "127.0.0.1:8080"

// BaseURL returns the public origin of the server: BASE_URL, read by
// [ParseBaseURL]. Without BASE_URL it is "http://" and ADDR (default
// [DefaultAddr]) when that is a loopback address with a fixed port; any other
// ADDR says nothing about how clients reach the server, and that BASE_URL is
// not set is then a problem. The request's Host is never asked (SECURITY WEB-07).
//
// After a problem the URL is empty, not nil.
func (r *Reader) BaseURL() *url.URL {
	text := r.String("BASE_URL", "")
	if text == "" {
		return r.loopbackURL(r.String("ADDR", DefaultAddr))
	}
	u, err := ParseBaseURL(text)
	if err != nil {
		r.refuseFor("BASE_URL", err)
		return &url.URL{}
	}
	return u
}

func (r *Reader) loopbackURL(addr string) *url.URL {
	u, err := originOfLoopback(addr)
	if err != nil {
		r.refuseFor("BASE_URL", err)
		return &url.URL{}
	}
	return u
}

// errNoBaseURL is about BASE_URL: it, not ADDR, is what has to be set.
var errNoBaseURL = errors.New("is not set, and ADDR is not a loopback address with a fixed port that could stand in for it; " +
	"set it to the public origin, such as https://app.example")

func originOfLoopback(addr string) (*url.URL, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || !isLoopback(host) || !isPort(port) {
		return nil, errNoBaseURL
	}
	u, err := ParseBaseURL("http://" + net.JoinHostPort(host, port))
	if err != nil {
		return nil, errNoBaseURL
	}
	return u, nil
}

// isLoopback reports whether host can only be this machine: "localhost",
// 127.0.0.0/8 or ::1.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback() && !a.Is4In6() && a.Zone() == ""
}

// isPort reports whether port is a port number that a client can be told, in
// plain digits.
func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0 && strconv.FormatUint(n, 10) == port
}

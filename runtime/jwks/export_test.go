package jwks

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Build returns a Remote that fetches when it is asked only.
func Build(cfg Config) (*Remote, error) { return build(cfg) }

// Start begins what [New] begins.
func (r *Remote) Start() { r.start() }

// SetTransport replaces the network.
func (r *Remote) SetTransport(t http.RoundTripper) { r.transport = t }

// SetResolver replaces what names resolve to.
func (r *Remote) SetResolver(resolver *net.Resolver) {
	u, err := parseURL(r.cfg.URL)
	if err != nil {
		panic(err)
	}
	dialer := newDialer(reachOf(u, r.cfg.AllowPrivate), r.cfg.Timeout)
	dialer.Resolver = resolver
	r.transport = newTransport(r.cfg.TLS, dialer)
}

// Control is asked about an address before it is connected to.
func Control(at string, allowPrivate bool, address string) error {
	u, err := parseURL(at)
	if err != nil {
		return err
	}
	return reachOf(u, allowPrivate).control(context.Background(), "tcp", address, nil)
}

// Len is how many keys there are.
func (r *Remote) Len() int {
	s := r.current.Load()
	if s.set == nil {
		return 0
	}
	return s.set.Len()
}

// Pause is the time to the next fetch after so many failures.
func (r *Remote) Pause(failures int) time.Duration { return r.pause(failures) }

func IsPublic(addr netip.Addr) bool { return isPublic(addr) }

func MaxAgeOf(h http.Header) time.Duration { return maxAgeOf(h) }

func ETagOf(h http.Header) string { return etagOf(h) }

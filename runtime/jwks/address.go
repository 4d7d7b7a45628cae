package jwks

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"syscall"
)

// errAddress is the error for a connection that would go where it may not.
var errAddress = errors.New("the address is not allowed")

// A reach says which addresses may be connected to (SECURITY KEY-06).
type reach int

const (
	publicOnly reach = iota
	loopbackOnly
	everywhere
)

// reachOf returns the reach of a URL. A host that is this machine by its name may be
// asked over http, and therefore must be this machine.
func reachOf(u *url.URL, allowPrivate bool) reach {
	switch {
	case isLoopbackHost(u.Hostname()):
		return loopbackOnly
	case allowPrivate:
		return everywhere
	default:
		return publicOnly
	}
}

func (r reach) allows(addr netip.Addr) bool {
	switch r {
	case everywhere:
		return true
	case loopbackOnly:
		return isLoopback(addr)
	default:
		return isPublic(addr)
	}
}

// control is a [net.Dialer.ControlContext]. It sees the address that the socket is
// about to be connected to: a name that resolves to something else the next time
// gains nothing.
func (r reach) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !r.allows(at.Addr()) {
		return errAddress
	}
	return nil
}

func isLoopback(addr netip.Addr) bool { return addr.Unmap().IsLoopback() }

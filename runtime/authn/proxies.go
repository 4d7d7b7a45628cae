package authn

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies is the list of reverse proxies whose X-Forwarded-For and X-Request-Id
// headers count. It is immutable and safe for concurrent use; a nil *Proxies
// trusts nobody.
type Proxies struct {
	prefixes []netip.Prefix
}

// NewProxies returns the proxies of the given networks, each in CIDR form such
// as "10.0.0.0/8" or "2001:db8::/32". A network of length zero is refused
// because it would let every client choose its own address, and so is one with
// host bits set, which is usually an address written with the wrong length.
func NewProxies(cidrs ...string) (*Proxies, error) {
	p := &Proxies{}
	for _, text := range cidrs {
		prefix, err := parseNetwork(text)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy %q: %w", text, err)
		}
		p.prefixes = append(p.prefixes, prefix)
	}
	return p, nil
}

func parseNetwork(text string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, errors.New("not a network such as 10.0.0.0/8")
	}
	if prefix != prefix.Masked() {
		return netip.Prefix{}, fmt.Errorf("has host bits set; the network is %s", prefix.Masked())
	}
	if prefix.Addr().Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-96)
	}
	if prefix.Bits() == 0 {
		return netip.Prefix{}, errors.New("would trust everybody")
	}
	return prefix, nil
}

// ClientAddr returns the address of the client that sent r: the peer of the
// connection or, if the peer is a listed proxy, the first address from the right
// of X-Forwarded-For that is not one (SECURITY RL-03). All lines of the header
// count as one list. A malformed entry ends the search at the last good address,
// since whoever wrote it cannot be relied on for what stands left of it. No other
// header is read.
//
// The address is never an IPv4-mapped IPv6 address and has no zone. It is the zero
// Addr if the peer has no address, as with Unix sockets.
func (p *Proxies) ClientAddr(r *http.Request) netip.Addr {
	addr := peerAddr(r)
	if !p.lists(addr) {
		return addr
	}
	lines := r.Header["X-Forwarded-For"]
	for i := len(lines) - 1; i >= 0; i-- {
		for rest, more := lines[i], true; more; {
			var hop string
			rest, hop, more = cutLast(rest, ',')
			next, ok := parseHop(hop)
			if !ok {
				return addr
			}
			if addr = next; !p.lists(addr) {
				return addr
			}
		}
	}
	return addr
}

// vouchesFor reports whether r was handed on by a listed proxy.
func (p *Proxies) vouchesFor(r *http.Request) bool {
	return p != nil && len(p.prefixes) > 0 && p.lists(peerAddr(r))
}

func (p *Proxies) lists(a netip.Addr) bool {
	if p == nil || !a.IsValid() {
		return false
	}
	for _, prefix := range p.prefixes {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

func peerAddr(r *http.Request) netip.Addr {
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		return plain(ap.Addr())
	}
	addr, _ := parseHop(r.RemoteAddr)
	return addr
}

// parseHop parses an entry of X-Forwarded-For: an address, perhaps in brackets
// and perhaps with a port, as some proxies write it.
func parseHop(text string) (netip.Addr, bool) {
	text = strings.Trim(text, " \t")
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		addr, err := netip.ParseAddr(text[1 : len(text)-1])
		return plain(addr), err == nil && addr.Is6()
	}
	if addr, err := netip.ParseAddr(text); err == nil {
		return plain(addr), true
	}
	ap, err := netip.ParseAddrPort(text)
	return plain(ap.Addr()), err == nil
}

func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func cutLast(s string, sep byte) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return "", s, false
}

// AddrKey names a client for limits and counters: an IPv4 address itself, or the
// /64 network of an IPv6 address, within which a client can pick any address it
// likes (SECURITY RL-03). All clients without an address share one name.
func AddrKey(a netip.Addr) string {
	a = plain(a)
	if !a.IsValid() {
		return "unknown"
	}
	if a.Is4() {
		return a.String()
	}
	prefix, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return prefix.String()
}

package jwks

import (
	"net/netip"
	"slices"
)

// The networks that are not public. Those of IPv4 are what the registry of special
// addresses has as not globally reachable (RFC 6890), with multicast (RFC 5771). Of
// IPv6 only 2000::/3 is public at all (RFC 4291 section 2.4); these are the
// exceptions within it.
func special() (v4, v6 []netip.Prefix) {
	return []netip.Prefix{
			prefix(0, 0, 0, 0, 8),       // this network, the unspecified address
			prefix(10, 0, 0, 0, 8),      // private
			prefix(100, 64, 0, 0, 10),   // behind the NAT of a carrier
			prefix(127, 0, 0, 0, 8),     // loopback
			prefix(169, 254, 0, 0, 16),  // link-local, and the metadata of clouds
			prefix(172, 16, 0, 0, 12),   // private
			prefix(192, 0, 0, 0, 24),    // protocols
			prefix(192, 0, 2, 0, 24),    // documentation
			prefix(192, 168, 0, 0, 16),  // private
			prefix(198, 18, 0, 0, 15),   // benchmarks
			prefix(198, 51, 100, 0, 24), // documentation
			prefix(203, 0, 113, 0, 24),  // documentation
			prefix(224, 0, 0, 0, 3),     // multicast, reserved, broadcast
		}, []netip.Prefix{
			netip.MustParsePrefix("2001::/23"),     // protocols, among them Teredo
			netip.MustParsePrefix("2001:db8::/32"), // documentation
			netip.MustParsePrefix("3fff::/20"),     // documentation
		}
}

func prefix(a, b, c, d byte, bits int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{a, b, c, d}), bits)
}

// isPublic reports whether addr can be reached from everywhere. An IPv6 address that
// stands for one of IPv4, mapped (RFC 4291 section 2.5.5.2), behind NAT64 (RFC 6052
// section 2.1) or in 6to4 (RFC 3056 section 2), is as public as that one.
func isPublic(addr netip.Addr) bool {
	addr = addr.Unmap()
	v4, v6 := special()
	if addr.Is4() {
		return !within(v4, addr)
	}
	b := addr.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(addr):
		return isPublic(netip.AddrFrom4([4]byte(b[12:])))
	case netip.MustParsePrefix("2002::/16").Contains(addr):
		return isPublic(netip.AddrFrom4([4]byte(b[2:6])))
	}
	return netip.MustParsePrefix("2000::/3").Contains(addr) && !within(v6, addr)
}

func within(networks []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(addr) })
}

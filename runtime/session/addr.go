package session

import "net/netip"

// IP returns the address of the client at the login as text, or "" if it is not
// known: the form that lists show and databases keep.
func (s Session[ID]) IP() string {
	if !s.Addr.IsValid() {
		return ""
	}
	return s.Addr.String()
}

// ParseIP reads what [Session.IP] returned; any other text is an address that is
// not known.
func ParseIP(text string) netip.Addr {
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return addr
}

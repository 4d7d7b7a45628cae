package spec

import "net/netip"

// cidrForm is a network in CIDR notation, in its canonical spelling.
func cidrForm() form[string] {
	return textForm("a network such as 10.0.0.0/8", `^[0-9a-f.:]+/[0-9]{1,3}$`, 43, checkCIDR)
}

func checkCIDR(text string) *fault {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		return &fault{message: "expected a network, found the address " + quote(text), try: netip.PrefixFrom(addr, addr.BitLen()).String()}
	}

	p, err := netip.ParsePrefix(text)
	if err != nil {
		return &fault{message: "expected a network such as 10.0.0.0/8, found " + quote(text)}
	}

	switch {
	case p.Bits() == 0:
		return &fault{message: "expected the proxies' own network, found " + quote(text) + ", which lets every client choose its address"}
	case p.Addr().Is4In6():
		return &fault{message: "expected IPv4 in its own notation, found " + quote(text), hint: "for example 10.0.0.0/8"}
	case p.Masked().String() != text:
		return &fault{message: "expected the first address of a network, in lower case, found " + quote(text), try: p.Masked().String()}
	}

	return nil
}

// wide reports whether an accepted network is larger than one operator has.
func wide(cidr string) bool {
	return netip.MustParsePrefix(cidr).Bits() < 8
}

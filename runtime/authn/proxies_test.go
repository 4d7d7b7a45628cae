package authn_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

func mustProxies(t testing.TB, cidrs ...string) *authn.Proxies {
	t.Helper()
	p, err := authn.NewProxies(cidrs...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// SECURITY RL-03.
func TestRL03_ClientAddr(t *testing.T) {
	listed := mustProxies(t, "10.0.0.0/8", "2001:db8:1::/48", "::ffff:172.16.0.0/108")
	tests := []struct {
		name    string
		proxies *authn.Proxies
		peer    string
		xff     []string
		want    string
	}{
		{"nil list trusts nobody", nil, "203.0.113.9:1", []string{"198.51.100.1"}, "203.0.113.9"},
		{"empty list trusts nobody", mustProxies(t), "10.0.0.1:1", []string{"198.51.100.1"}, "10.0.0.1"},
		{"unlisted peer", listed, "203.0.113.9:1", []string{"198.51.100.1"}, "203.0.113.9"},
		{"listed peer", listed, "10.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"listed peer without header", listed, "10.0.0.1:1", nil, "10.0.0.1"},
		{"the rightmost unlisted hop", listed, "10.0.0.1:1", []string{"1.1.1.1, 2.2.2.2, 10.9.9.9"}, "2.2.2.2"},
		{"what a client puts in front does not count", listed, "10.0.0.1:1", []string{"10.0.0.5, 9.9.9.9, 2.2.2.2"}, "2.2.2.2"},
		{"all lines are one list", listed, "10.0.0.1:1", []string{"1.1.1.1", "2.2.2.2", "10.0.0.2, 10.0.0.3"}, "2.2.2.2"},
		{"only listed hops", listed, "10.0.0.1:1", []string{"10.0.0.2, 10.0.0.3"}, "10.0.0.2"},
		{"malformed hop", listed, "10.0.0.1:1", []string{"1.1.1.1, junk, 10.0.0.3"}, "10.0.0.3"},
		{"malformed last hop", listed, "10.0.0.1:1", []string{"1.1.1.1, junk"}, "10.0.0.1"},
		{"empty hop", listed, "10.0.0.1:1", []string{"1.1.1.1,, 10.0.0.3"}, "10.0.0.3"},
		{"empty line", listed, "10.0.0.1:1", []string{"1.1.1.1", ""}, "10.0.0.1"},
		{"port", listed, "10.0.0.1:1", []string{"1.1.1.1:8080"}, "1.1.1.1"},
		{"brackets", listed, "10.0.0.1:1", []string{"[2001:db8::1]"}, "2001:db8::1"},
		{"brackets and port", listed, "10.0.0.1:1", []string{"[2001:db8::1]:443"}, "2001:db8::1"},
		{"bracketed IPv4", listed, "10.0.0.1:1", []string{"[1.1.1.1]"}, "10.0.0.1"},
		{"zone", listed, "10.0.0.1:1", []string{"fe80::1%eth0"}, "fe80::1"},
		{"tabs and spaces", listed, "10.0.0.1:1", []string{"\t 1.1.1.1 \t"}, "1.1.1.1"},
		{"quoted", listed, "10.0.0.1:1", []string{`"1.1.1.1"`}, "10.0.0.1"},
		{"leading zero", listed, "10.0.0.1:1", []string{"01.1.1.1"}, "10.0.0.1"},
		{"IPv4-mapped peer", listed, "[::ffff:10.0.0.1]:1", []string{"1.1.1.1"}, "1.1.1.1"},
		{"IPv4-mapped hop", listed, "10.0.0.1:1", []string{"::ffff:1.1.1.1"}, "1.1.1.1"},
		{"IPv4-mapped network", listed, "172.16.5.5:1", []string{"1.1.1.1"}, "1.1.1.1"},
		{"IPv6 peer", listed, "[2001:db8:1::5]:1", []string{"1.1.1.1"}, "1.1.1.1"},
		{"peer with a zone", listed, "[fe80::1%eth0]:1", []string{"1.1.1.1"}, "fe80::1"},
		{"peer without port", listed, "10.0.0.1", []string{"1.1.1.1"}, "1.1.1.1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = tt.peer
			r.Header["X-Forwarded-For"] = tt.xff
			if got := tt.proxies.ClientAddr(r); got.String() != tt.want {
				t.Errorf("ClientAddr = %v, want %s", got, tt.want)
			}
		})
	}
}

// SECURITY RL-03.
func TestRL03_OtherHeadersDoNotCount(t *testing.T) {
	for _, name := range []string{"X-Real-Ip", "Forwarded", "True-Client-Ip", "Cf-Connecting-Ip", "X-Client-Ip"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = "10.0.0.1:1"
		r.Header.Set(name, "1.1.1.1")
		r.Header.Add(name, "for=1.1.1.1")
		if got := mustProxies(t, "10.0.0.0/8").ClientAddr(r); got != netip.MustParseAddr("10.0.0.1") {
			t.Errorf("%s: ClientAddr = %v", name, got)
		}
	}
}

func TestClientAddrWithoutPeerAddress(t *testing.T) {
	for _, peer := range []string{"", "@", "pipe"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Forwarded-For", "1.1.1.1")
		if got := mustProxies(t, "10.0.0.0/8").ClientAddr(r); got.IsValid() {
			t.Errorf("peer %q: ClientAddr = %v, want none", peer, got)
		}
	}
}

func TestNewProxiesRefuses(t *testing.T) {
	for _, cidr := range []string{"", "10.0.0.1", "10.0.0.1/8", "0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96", "10.0.0.0/33", "host/8", "fe80::%eth0/64"} {
		if _, err := authn.NewProxies("192.0.2.0/24", cidr); err == nil {
			t.Errorf("NewProxies(%q) succeeded", cidr)
		} else if !strings.Contains(err.Error(), `"`+cidr+`"`) {
			t.Errorf("NewProxies(%q): %v does not name it", cidr, err)
		}
	}
}

// SECURITY RL-03.
func TestRL03_AddrKey(t *testing.T) {
	tests := []struct{ addr, want string }{
		{"192.0.2.1", "192.0.2.1"},
		{"::ffff:192.0.2.1", "192.0.2.1"},
		{"2001:db8:0:1::1", "2001:db8:0:1::/64"},
		{"2001:db8:0:1:ffff::2", "2001:db8:0:1::/64"},
		{"2001:db8:0:2::1", "2001:db8:0:2::/64"},
		{"fe80::1%eth0", "fe80::/64"},
	}
	for _, tt := range tests {
		if got := authn.AddrKey(netip.MustParseAddr(tt.addr)); got != tt.want {
			t.Errorf("AddrKey(%s) = %q, want %q", tt.addr, got, tt.want)
		}
	}
	if got := authn.AddrKey(netip.Addr{}); got != "unknown" {
		t.Errorf("AddrKey of no address = %q", got)
	}
}

// What a client behind a listed proxy sends must never decide: with the proxy's
// own entry at the end, that entry is the answer.
func FuzzClientAddr(f *testing.F) {
	for _, seed := range []string{"", "1.1.1.1", "10.0.0.1", "[::1]:80,junk", "10.0.0.2, 10.0.0.3,", "fe80::1%eth0", "\x00", ",,,"} {
		f.Add(seed, seed)
	}
	proxies := mustProxies(f, "10.0.0.0/8", "2001:db8::/32")
	f.Fuzz(func(t *testing.T, first, second string) {
		r := &http.Request{RemoteAddr: "10.0.0.1:1", Header: http.Header{"X-Forwarded-For": {first, second}}}
		got := proxies.ClientAddr(r)
		if !got.IsValid() || got.Is4In6() || got.Zone() != "" {
			t.Fatalf("ClientAddr = %v", got)
		}
		r.Header["X-Forwarded-For"] = []string{first, second + ",198.51.100.7"}
		if got := proxies.ClientAddr(r); got.String() != "198.51.100.7" {
			t.Fatalf("the proxy saw 198.51.100.7, ClientAddr = %v", got)
		}
		r.RemoteAddr = "203.0.113.1:1"
		if got := proxies.ClientAddr(r); got.String() != "203.0.113.1" {
			t.Fatalf("the peer is unlisted, ClientAddr = %v", got)
		}
	})
}

package session_test

import (
	"net/netip"
	"testing"

	"github.com/authgen-go/authgen/runtime/session"
)

func TestAddressesSurviveTheirText(t *testing.T) {
	for _, addr := range []netip.Addr{{}, netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("2001:db8::7")} {
		s := session.Session[int64]{Addr: addr}
		if got := session.ParseIP(s.IP()); got != addr {
			t.Errorf("%v comes back as %v", addr, got)
		}
	}
	if got := session.ParseIP("elsewhere"); got.IsValid() {
		t.Errorf("a word is the address %v", got)
	}
}

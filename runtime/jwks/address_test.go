package jwks_test

import (
	"net/netip"
	"net/url"
	"testing"

	"github.com/authgen-go/authgen/runtime/jwks"
)

// SECURITY KEY-06.
func TestKEY06_WhichAddressesArePublic(t *testing.T) {
	for text, public := range map[string]bool{
		"8.8.8.8": true, "1.0.0.1": true, "9.255.255.255": true, "11.0.0.0": true, "100.63.255.255": true, "100.128.0.0": true, "126.255.255.255": true,
		"128.0.0.1": true, "169.253.255.255": true, "169.255.0.0": true, "172.15.255.255": true, "172.32.0.0": true, "192.167.255.255": true, "192.169.0.0": true, "223.255.255.255": true,
		"2606:4700::1111": true, "2a00:1450::1": true, "2001:4860:4860::8888": true, "2001:200::1": true, "::ffff:8.8.8.8": true, "64:ff9b::808:808": true, "2002:808:808::1": true,

		"0.0.0.0": false, "0.1.2.3": false, "10.0.0.0": false, "10.255.255.255": false, "100.64.0.0": false, "100.127.255.255": false, "127.0.0.1": false, "127.255.255.255": false,
		"169.254.0.0": false, "169.254.169.254": false, "169.254.255.255": false, "172.16.0.0": false, "172.31.255.255": false, "192.0.0.8": false, "192.0.2.1": false,
		"192.168.0.0": false, "192.168.255.255": false, "198.18.0.1": false, "198.19.255.255": false, "198.51.100.1": false, "203.0.113.1": false, "224.0.0.1": false,
		"239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false,

		"::": false, "::1": false, "::8.8.8.8": false, "::127.0.0.1": false, "fc00::1": false, "fd12:3456::1": false, "fe80::1": false, "fe80::1%eth0": false, "febf::1": false,
		"fec0::1": false, "ff02::1": false, "ff0e::1": false, "100::1": false, "2001::1": false, "2001:db8::1": false, "3fff::1": false, "4000::1": false, "2606:4700::1%eth0": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false, "::ffff:0.0.0.0": false, "::ffff:0:127.0.0.1": false,
		"64:ff9b::127.0.0.1": false, "64:ff9b::169.254.169.254": false, "64:ff9b::10.0.0.1": false, "64:ff9b:1::8.8.8.8": false, "64:ff9b:1::a9fe:a9fe": false,
		"2002:7f00:1::1": false, "2002:a9fe:a9fe::1": false, "2002:c0a8:101::1": false,
	} {
		if got := jwks.IsPublic(netip.MustParseAddr(text)); got != public {
			t.Errorf("%s: public %v", text, got)
		}
	}
}

// host moves the issuer of the bench to a name, which its certificate is good for.
func host(name string) func(*jwks.Config) {
	return func(c *jwks.Config) {
		u, err := url.Parse(c.URL)
		if err != nil {
			panic(err)
		}
		u.Host = name + ":" + u.Port()
		c.URL = u.String()
	}
}

func private(c *jwks.Config) { c.AllowPrivate = true }

// The address decides, whatever has it: the issuer is on 127.0.0.1.
func TestKEY06_NamesThatResolveToPrivateAddresses(t *testing.T) {
	for _, addr := range []string{"127.0.0.1", "0.0.0.0", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1"} {
		b := newBench(t, host("example.com"))
		b.SetResolver(resolveTo(t, []string{addr}))
		b.issuer.publishes(t, newKey(t))
		b.fails(addr, "not allowed")
		b.asked(addr, 0)
		if e := b.events.Events(); len(e) != 1 || e[0].Reason != "address-refused" {
			t.Errorf("%s: %+v", addr, e)
		}
	}
	b := newBench(t, host("example.com"), private)
	b.SetResolver(resolveTo(t, []string{"127.0.0.1"}))
	b.issuer.publishes(t, newKey(t))
	b.fetches()
	b.asked("with AllowPrivate", 1)
}

// A name with a public address today and a private one tomorrow.
func TestKEY06_RebindingGainsNothing(t *testing.T) {
	b := newBench(t, host("example.com"))
	b.SetResolver(resolveTo(t, []string{"169.254.169.254", "127.0.0.1"}, []string{"127.0.0.1"}))
	b.issuer.publishes(t, newKey(t))
	for range 3 {
		b.fails("rebound", "not allowed")
	}
	b.asked("rebound", 0)
}

// What a URL may connect to. A host that is this machine is asked over http too, and
// must therefore be this machine.
func TestKEY06_WhatAURLMayConnectTo(t *testing.T) {
	type row struct {
		url     string
		private bool
	}
	for at, allowed := range map[row]map[string]bool{
		{"http://localhost/", false}:   {"127.0.0.1:80": true, "[::1]:80": true, "[::ffff:127.0.0.1]:80": true, "8.8.8.8:80": false, "10.0.0.1:80": false, "0.0.0.0:80": false},
		{"http://localhost/", true}:    {"127.0.0.1:80": true, "8.8.8.8:80": false, "10.0.0.1:80": false},
		{"https://127.0.0.1/", false}:  {"127.0.0.1:443": true, "8.8.8.8:443": false},
		{"https://id.example/", false}: {"8.8.8.8:443": true, "[2606:4700::1111]:443": true, "127.0.0.1:443": false, "[::1]:443": false, "[fe80::1%eth0]:443": false, "localhost:443": false, "": false},
		{"https://id.example/", true}:  {"8.8.8.8:443": true, "10.0.0.1:443": true, "127.0.0.1:443": true, "nonsense": false},
	} {
		for address, want := range allowed {
			if err := jwks.Control(at.url, at.private, address); (err == nil) != want {
				t.Errorf("%+v: %s: %v", at, address, err)
			}
		}
	}
}

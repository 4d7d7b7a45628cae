package oauth

import (
	"net/http"
	"net/url"
	"testing"
)

// OpenFlow opens the text of a cookie and returns the provider's secrets in it.
func OpenFlow(s *Service, provider, text string) (verifier, nonce string, ok bool) {
	f, ok := s.openFlow(provider, text)
	return f.Verifier, f.Nonce, ok
}

// IsEndpoint is isEndpoint.
func IsEndpoint(t testing.TB, issuer, endpoint string) bool {
	t.Helper()
	u, err := parseIssuer(issuer)
	if err != nil {
		t.Fatal(err)
	}
	return isEndpoint(u, endpoint)
}

// Transport is what providers are called by.
func Transport(t testing.TB) *http.Transport {
	t.Helper()
	b, ok := newClient(nil, 0).Transport.(bounded)
	if !ok {
		t.Fatal("calls are not bounded")
	}
	transport, ok := b.next.(*http.Transport)
	if !ok {
		t.Fatal("calls have another transport")
	}
	return transport
}

// GitHubEndpoints are those of github.com.
func GitHubEndpoints() (token, api, issuer string) {
	e := githubEndpoints(githubIssuer)
	return e.token, e.userInfo, e.issuer
}

// Claims reads claims and returns a string of them.
func Claims(text []byte, name string) (value string, ok bool) {
	c, err := parseClaims(text)
	return c.str(name), err == nil
}

// KeysAt fails if the keys of an issuer may not be at an address.
func KeysAt(s *Service, provider, issuer, address string, allow bool) error {
	c := *s.clients[provider]
	c.AllowPrivate = allow
	c.issuerURL, _ = url.Parse(issuer)
	keys, err := c.newKeys(address, s.cfg)
	if err == nil {
		keys.Close()
	}
	return err
}

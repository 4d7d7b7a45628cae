package spec

import (
	"strings"
	"testing"
)

// TestHeaders holds that a key is looked for only where nobody else writes or
// reads, whatever the case of the name.
func TestHeaders(t *testing.T) {
	form := headerForm()
	for _, name := range []string{
		"X-API-Key", "x-api-key", "API-Key", "ApiKey", "Acme-Key", "K", "X-Auth-Token", "X-2", "X-Real-IP-Key", "Hostage", "Cookies", "Origins", "Datex",
		"Ocp-Apim-Subscription-Key", "X-Goog-Api-Key", "Secret", "Iffy-Key", "Contents", "X-" + strings.Repeat("a", 62),
	} {
		if !form.accepts(name) {
			t.Errorf("%s is refused", name)
		}
	}
	for _, name := range []string{
		"", "-", "X-", "-X", "X--Y", "2FA", "X_API_KEY", "X.API", "X API", "X-API-Key:", ":authority", "X-Clé", "X\r\nY", "X\x00", "X`", "X*", "X'", "X!",
		"X-" + strings.Repeat("a", 63),
		"Authorization", "authorization", "AUTHORIZATION", "Proxy-Authorization", "DPoP", "Cookie", "Set-Cookie", "Cookie2", "Host", "Origin", "Referer",
		"Content-Type", "Content-Length", "Content-Key", "Forwarded", "X-Forwarded-For", "X-Forwarded-Key", "X-Real-IP", "X-Client-IP", "True-Client-IP",
		"Accept", "Accept-Language", "Sec-Fetch-Site", "Sec-Key", "Access-Control-Request-Headers", "Connection", "Transfer-Encoding", "TE", "Trailer",
		"Upgrade", "Keep-Alive", "Proxy-Connection", "Proxy", "Via", "From", "Date", "Range", "Expect", "If-Match", "If-None-Match", "User-Agent",
		"X-Request-Id", "Traceparent", "X-Original-URL", "X-Rewrite-URL", "CF-Connecting-IP", "X-Amzn-Trace-Id", "X-Envoy-Peer", "X-CSRF-Token",
		"X-HTTP-Method-Override", "X-Requested-With", "API-Key-Expires", "Retry-After", "WWW-Authenticate", "Vary", "Cache-Control", "Location",
	} {
		if form.accepts(name) {
			t.Errorf("%q is accepted", name)
		}
	}
}

// TestHeaderOwners holds that the list is in lower case, as names are compared.
func TestHeaderOwners(t *testing.T) {
	for _, owner := range headerOwners {
		if text := owner.names + owner.prefixes; text != strings.ToLower(text) || owner.why == "" {
			t.Errorf("%s: %s", owner.why, text)
		}
	}
}

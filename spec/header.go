package spec

import (
	"slices"
	"strings"
)

// headerForm is the name of a request header of the application's own: letters,
// digits and hyphens, as RFC 9110 16.3.2.1 advises for new names. Other
// characters of its token would be legal and get lost on the way: proxies drop
// names with underscores, because CGI takes them for hyphens.
func headerForm() form[string] {
	const what = "a header name such as X-API-Key (letters, digits and -, beginning with a letter, at most 64 characters)"

	return textForm(what, `^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$`, 64, func(name string) *fault {
		if why := ownerOfHeader(strings.ToLower(name)); why != "" {
			return &fault{message: "expected a header of the application's own, found " + quote(name) + ": " + why}
		}
		if repaired := strings.ReplaceAll(name, "_", "-"); repaired != name {
			return &fault{message: "expected a header name without _, found " + quote(name) + ": proxies drop it", try: repaired}
		}
		return nil
	})
}

// ownerOfHeader says who else gives a header its value or meaning, "" when
// nobody does. A key there would be overwritten, dropped, logged or sent by
// those who do not know that it is one. name is in lower case.
func ownerOfHeader(name string) string {
	for _, owner := range headerOwners {
		if slices.Contains(strings.Fields(owner.names), name) {
			return owner.why
		}
		for _, prefix := range strings.Fields(owner.prefixes) {
			if strings.HasPrefix(name, prefix) {
				return owner.why
			}
		}
	}

	return ""
}

// headerOwners are the names that cannot carry a key, in lower case.
var headerOwners = []struct{ why, names, prefixes string }{
	{
		why:   "HTTP has it for credentials with a scheme, as in Bearer",
		names: "authorization authentication-info www-authenticate proxy-authorization proxy-authenticate proxy-authentication-info dpop",
	},
	{
		why:   "browsers send cookies by themselves, on requests of other sites too",
		names: "cookie cookie2 set-cookie set-cookie2",
	},
	{
		why: "browsers set it",
		names: "origin referer user-agent dnt upgrade-insecure-requests save-data purpose x-purpose x-moz last-event-id ping-from ping-to " +
			"service-worker service-worker-navigation-preload device-memory downlink dpr ect rtt viewport-width width",
		prefixes: "sec- access-control-",
	},
	{
		why: "proxies set it",
		names: "forwarded via x-forwarded x-real-ip x-client-ip client-ip true-client-ip x-cluster-client-ip x-proxyuser-ip x-remote-addr x-remote-ip " +
			"x-remote-user remote-user x-originating-ip x-url-scheme x-scheme x-request-id x-correlation-id x-request-start x-accel-redirect x-sendfile " +
			"front-end-https traceparent tracestate baggage cdn-loop proxy",
		prefixes: "x-forwarded- x-original- x-rewrite- x-arr- x-envoy- x-amzn- x-b3- cf- fastly- proxy-",
	},
	{
		why: "frameworks give it a meaning",
		names: "x-http-method x-http-method-override x-method-override x-requested-with x-csrf-token x-xsrf-token x-csrftoken csrf-token xsrf-token " +
			"x-idempotency-key idempotency-key",
	},
	{
		why:   "generated answers say in it when a key ends",
		names: "api-key-expires",
	},
	{
		why: "HTTP itself uses it",
		names: "age allow alt-svc alt-used cache-control clear-site-data close connection date depth destination deprecation early-data etag expect expires " +
			"from host http2-settings keep-alive last-modified link location max-forwards negotiate overwrite pragma prefer priority range refresh " +
			"retry-after server signature signature-input status strict-transport-security sunset te timeout trailer transfer-encoding upgrade vary warning " +
			"digest want-digest repr-digest want-repr-digest want-content-digest x-frame-options x-content-type-options x-xss-protection x-powered-by",
		prefixes: "accept content- if-",
	},
}

package spec

import (
	"net/url"
	"strings"
)

// providerForm is the name of a provider, in paths and in the names of variables.
func providerForm() form[string] {
	const what = "a provider such as google or acme (a lower-case letter, then letters, digits and _, at most 32 characters)"

	return textForm(what, `^[a-z][a-z0-9_]{0,31}$`, 32, nil)
}

// providerScopeForm is a scope as RFC 6749 section 3.3 spells it, less what ends
// something in Go, HTTP or a shell.
func providerScopeForm() form[string] {
	const what = "a scope such as openid or https://example.com/read (at most 255 characters)"

	return textForm(what, `^[A-Za-z0-9._~:/@?=&%+*-]+$`, 255, nil)
}

// providerIssuerForm is where a provider is, or nothing.
func providerIssuerForm() form[string] {
	const what = "an issuer such as https://id.example.com (at most 255 characters)"

	return textForm(what, `^(https?://`+uriText+`+)?$`, 255, func(text string) *fault {
		if text == "" {
			return nil
		}
		u, err := url.Parse(text)

		switch {
		case err != nil || u.Scheme != "http" && u.Scheme != "https":
			return &fault{message: "expected " + what + ", found " + quote(text)}
		case u.User != nil:
			return &fault{message: "expected an issuer without a user, found one"}
		case strings.ContainsAny(text, "?#"):
			before, _, _ := strings.Cut(text, "?")
			return &fault{message: "expected an issuer without a query and a fragment, found " + quote(text), try: before}
		case !validHost(strings.ToLower(u.Hostname())) || !validPort(u.Port()):
			return &fault{message: "expected an issuer with a host, found " + quote(text)}
		case u.Scheme == "http" && !isLoopback(u.Hostname()):
			return &fault{
				message: "expected https, found " + quote(text) + ": over http anyone on the way can be that provider",
				try:     "https" + strings.TrimPrefix(text, "http"),
			}
		}

		return nil
	})
}

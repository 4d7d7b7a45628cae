package spec

import (
	"net/url"
	"regexp"
	"strings"
)

// uriText are the characters of RFC 3986 that end nothing in Go, SQL, HTTP or a
// shell's double quotes.
const uriText = `[A-Za-z0-9._~:/@?=&%+\[\]-]`

// issuerForm is a StringOrURI (RFC 7519 section 2), or nothing.
func issuerForm() form[string] {
	const what = "an issuer such as https://id.example.com (a URL or a name, at most 255 characters)"

	return textForm(what, "^"+uriText+"*$", 255, func(text string) *fault {
		if text == "" {
			return nil
		}
		return checkStringOrURI(what, text)
	})
}

// audienceForm is a StringOrURI (RFC 7519 section 2).
func audienceForm() form[string] {
	const what = "an audience such as https://api.example.com or orders (a URL or a name, at most 255 characters)"

	return textForm(what, "^"+uriText+"+$", 255, func(text string) *fault { return checkStringOrURI(what, text) })
}

var uriScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`)

// checkStringOrURI holds that text with a colon is a URI, and a URL of the web
// has a host. What the pattern refuses anyway is left to it.
func checkStringOrURI(what, text string) *fault {
	scheme, rest, isURI := strings.Cut(text, ":")
	if !isURI {
		return nil
	}

	u, err := url.Parse(text)
	switch {
	case err != nil || rest == "" || !uriScheme.MatchString(scheme):
		return &fault{message: "expected " + what + ", found " + quote(text) + ", which has a colon and is not a URI"}
	case u.Scheme != "http" && u.Scheme != "https":
		return nil
	case u.User != nil:
		return &fault{message: "expected a URL without a user, found one"}
	case u.Fragment != "":
		return &fault{message: "expected a URL without a fragment, found " + quote(text)}
	case !validHost(strings.ToLower(u.Hostname())) || !validPort(u.Port()):
		return &fault{message: "expected a URL with a host, found " + quote(text)}
	}

	return nil
}

package spec

import (
	"net/url"
	"strings"
)

// jwksURLForm is where another issuer publishes its keys. Over http anyone on
// the way could put a key of their own into the answer (SECURITY KEY-06).
func jwksURLForm() form[string] {
	const what = "a URL such as https://id.example.com/.well-known/jwks.json (at most 512 characters)"

	return textForm(what, `^https?://`+uriText+`+$`, 512, func(text string) *fault {
		u, err := url.Parse(text)

		switch {
		case err != nil || u.Scheme != "http" && u.Scheme != "https":
			return &fault{message: "expected " + what + ", found " + quote(text)}
		case u.User != nil:
			return &fault{message: "expected a URL without a user, found one", hint: "remove what stands before the @: a key set is public"}
		case strings.Contains(text, "#"):
			before, _, _ := strings.Cut(text, "#")
			return &fault{message: "expected a URL without a fragment, found " + quote(text), try: before}
		case !validHost(strings.ToLower(u.Hostname())) || !validPort(u.Port()):
			return &fault{message: "expected a URL with a host, found " + quote(text)}
		case u.Scheme == "http" && !isLoopback(u.Hostname()):
			return &fault{
				message: "expected https, found " + quote(text) + ": over http anyone on the way can put in a key of their own",
				try:     "https" + strings.TrimPrefix(text, "http"),
			}
		}

		return nil
	})
}

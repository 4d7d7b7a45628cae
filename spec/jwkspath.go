package spec

import "strings"

// jwksPathForm is a URL path of unreserved characters like a prefix, whose
// elements may begin with a dot, as .well-known does (RFC 8615).
func jwksPathForm() form[string] {
	const what = "a path such as /.well-known/jwks.json (letters, digits and - . _ ~ between slashes, at most 128 characters)"

	return textForm(what, `^(/\.?[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$`, 128, func(text string) *fault {
		switch {
		case text == "":
			return &fault{message: "expected a path that begins with /, found nothing"}
		case text == "/":
			return &fault{message: "expected a path of its own, found the root"}
		case strings.HasSuffix(text, "/"):
			return &fault{message: "expected a path without a slash at its end, found " + quote(text), try: strings.TrimRight(text, "/")}
		}
		return checkPrefix(text)
	})
}

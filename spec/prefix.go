package spec

import (
	"path"
	"strings"
)

// prefixForm is a URL path of unreserved characters (RFC 3986 2.3), the same
// for every router: nothing in it is a parameter, a wildcard or an escape. The
// root is written / and kept as "".
func prefixForm() form[string] {
	const what = "a path such as /auth (letters, digits and - . _ ~ between slashes, at most 128 characters)"

	f := textForm(what, `^/$|^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$`, 128, checkPrefix)
	check := f.parse
	f.parse = func(text string) (string, *fault) {
		if v, wrong := check(text); wrong != nil {
			return v, wrong
		}
		return strings.TrimSuffix(text, "/"), nil
	}

	return f
}

// checkPrefix names the mistakes that have a better answer than the pattern.
func checkPrefix(text string) *fault {
	switch {
	case text == "":
		return &fault{message: "expected a path that begins with /, found nothing", hint: "write prefix: / for the root"}
	case strings.Contains(text, "://"):
		return &fault{message: "expected a path, found the URL " + quote(text)}
	case strings.ContainsAny(text, "{}*:"):
		return &fault{message: "expected a path without parameters or wildcards, found " + quote(text)}
	case strings.ContainsAny(text, "%?# "):
		return nil // the pattern refuses it
	case text[0] != '/':
		return &fault{message: "expected a path that begins with /, found " + quote(text), try: "/" + strings.Trim(text, "/")}
	case path.Clean(text) != text:
		return &fault{message: "expected a path without empty, . or .. elements or a slash at its end, found " + quote(text), try: path.Clean(text)}
	}

	return nil
}

package spec

import "strings"

// cookieForm is a cookie name: a part of RFC 6265's token. A name that begins
// with two underscores may be one of the prefixes that browsers give a meaning
// (__Host-, __Secure- and later ones, whatever their case), so none is taken.
func cookieForm() form[string] {
	const what = "a cookie name such as session (letters, digits, _ and -, at most 64 characters)"

	return textForm(what, `^_?[A-Za-z0-9][A-Za-z0-9_-]*$`, 64, func(name string) *fault {
		if strings.HasPrefix(name, "__") {
			return &fault{
				message: "expected a cookie name without a browser's prefix, found " + quote(name),
				hint:    "leave __Host- out: it is added on https",
			}
		}
		return nil
	})
}

package spec

import (
	"regexp"
	"strings"
)

// keyPrefixForm is what API keys begin with. Its characters are those that a
// double click selects together and that shells, URLs and logs leave alone.
func keyPrefixForm() form[string] {
	const (
		what    = "a prefix such as sk_live or sk_test (a-z and 0-9, words joined by one _, at most 32 characters)"
		pattern = `^[a-z0-9]+(_[a-z0-9]+)*$`
		longest = 32
	)
	whole := regexp.MustCompile(pattern)

	return textForm(what, pattern, longest, func(prefix string) *fault {
		if len(prefix) <= longest && whole.MatchString(prefix) {
			return nil
		}
		return &fault{
			message: "expected " + what + ", found " + quote(prefix),
			hint:    "for example prefix: sk_live or prefix: sk_test",
			try:     repairKeyPrefix(prefix),
		}
	})
}

// repairKeyPrefix returns the prefix that was probably meant: sk_live for
// SK-LIVE_, since a key goes on with an underscore that is not part of it.
func repairKeyPrefix(prefix string) string {
	words := strings.FieldsFunc(strings.ToLower(prefix), func(r rune) bool { return strings.ContainsRune("_-. ", r) })

	return strings.Join(words, "_")
}

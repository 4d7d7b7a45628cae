package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

const (
	maxEmail = 254 // RFC 5321 section 4.5.3.1.3, less the angle brackets
	maxLocal = 64  // RFC 5321 section 4.5.3.1.1
	maxLabel = 63  // RFC 1035 section 2.3.4
)

// CanonicalEmail returns the one spelling of an e-mail address by which accounts
// are stored, found and counted (SECURITY PWD-11): without white space around it,
// in Unicode's compatibility form (NFKC) and folded case. Mail goes to this
// spelling and never to the one that was typed, so that two people whose addresses
// fold into one cannot receive each other's.
//
// The shape is that of addresses in use: local@domain of at most 254 bytes, no
// quotes, no comments, no address literals. Whether it receives mail is not
// checked. Anything else is [ErrInvalidEmail]. The result is its own canonical
// form.
func CanonicalEmail(s string) (string, error) {
	s = strings.TrimSpace(s)
	if len(s) > maxEmail || !utf8.ValidString(s) { // before any work that grows with input
		return "", ErrInvalidEmail
	}
	email := fold(s)
	local, domain, ok := strings.Cut(email, "@")
	if !ok || len(email) > maxEmail || !isLocal(local) || !isDomain(domain) || fold(email) != email {
		return "", ErrInvalidEmail
	}
	return email, nil
}

// fold is NFKC of folded case of NFKC, because folding may leave that form. The
// folding table turns Cherokee letters over, small to capital and capital to small;
// lower case makes them one. What does not settle is refused by the caller.
func fold(s string) string {
	if isPlain(s) {
		return strings.ToLower(s)
	}
	return norm.NFKC.String(strings.ToLower(cases.Fold().String(norm.NFKC.String(s))))
}

// isPlain reports whether s is ASCII, for which folding is lower case.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func isLocal(s string) bool {
	return s != "" && len(s) <= maxLocal && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsGraphic(r) || unicode.IsSpace(r) || strings.ContainsRune(`"(),:;<>@[\]`, r)
	})
}

func isDomain(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(label, func(r rune) bool {
			return r != '-' && !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit)
		}) {
			return false
		}
	}
	return true
}

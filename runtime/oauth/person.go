package oauth

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxSubject is OpenID Connect Core 1.0's, section 2.
	maxSubject = 255
	maxEmail   = 254 // RFC 5321 section 4.5.3.1.3, less the angle brackets
	maxPerson  = 256
)

// A person is who a provider says that somebody is.
type person struct {
	subject  string
	email    string
	verified bool
	name     string
}

// setEmail takes an address and the provider's word for it, which belong together.
func (p *person) setEmail(email string, verified bool) {
	p.email, p.verified = "", false
	if isEmail(email) {
		p.email, p.verified = email, verified
	}
}

// isEmail refuses what can be no address at all. Whether it is one that accounts may have
// is for the application to judge.
func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && len(s) <= maxEmail && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsGraphic(r) || unicode.IsSpace(r)
	})
}

// cleanName makes a name fit to be shown: printable, of a bounded length, without what
// would turn the direction of the text around it.
func cleanName(name string) string {
	name = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return -1
		default:
			return r
		}
	}, name)), " ")
	if len(name) <= maxPerson {
		return name
	}
	cut := maxPerson
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut]
}

// isSubject reports whether a provider may name an account so: printable ASCII, within
// its length, without spaces around it, which not every database tells apart.
func isSubject(s string) bool {
	return s != "" && len(s) <= maxSubject && s == strings.TrimSpace(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

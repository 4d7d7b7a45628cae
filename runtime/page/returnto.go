package page

import "strings"

// maxReturnTo is the length in bytes of the longest path to return to.
const maxReturnTo = 2048

// ReturnTo returns raw if it is a path of this very application that a browser may
// be sent to, with a query and a fragment if it likes, and reports whether it is.
// Everything else, above all what a browser could read as another origin, is "".
//
// It is stricter than a browser is (SECURITY WEB-05): one slash at the beginning;
// only the characters that RFC 3986 allows, so no backslash, no space and nothing
// outside ASCII; in the path no empty or dot segments and no percent-encoded
// controls, dots, slashes or backslashes, which somebody on the way may decode.
func ReturnTo(raw string) (path string, ok bool) {
	if len(raw) > maxReturnTo || !strings.HasPrefix(raw, "/") || !isURLText(raw) {
		return "", false
	}
	path, _, _ = strings.Cut(raw, "#")
	path, _, _ = strings.Cut(path, "?")
	if !isPlainPath(path) {
		return "", false
	}
	return raw, true
}

// isURLText reports whether a text has nothing but the characters of RFC 3986, and
// whole percent-encodings.
func isURLText(s string) bool {
	const punctuation = "-._~:/?#[]@!$&'()*+,;="
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte(punctuation, c) >= 0:
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			i += 2
		default:
			return false
		}
	}
	return true
}

// isPlainPath reports whether a path means the same to everybody who reads it.
func isPlainPath(path string) bool {
	if strings.Contains(path, "//") {
		return false
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	for rest := path; ; {
		_, after, found := strings.Cut(rest, "%")
		if !found {
			return true
		}
		switch c := unhex(after[0])<<4 | unhex(after[1]); {
		case c < ' ', c == 0x7f, c == '.', c == '/', c == '\\':
			return false
		}
		rest = after[2:]
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	default:
		return c - '0'
	}
}

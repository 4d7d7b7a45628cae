package spec

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// maxSize bounds what is read into memory and parsed. Specs that people write
// stay under a few KiB.
const maxSize = 1 << 20

// maxTextFaults ends the report on a file that is not text.
const maxTextFaults = 20

// checkText refuses bytes that have no place in a spec before YAML sees them:
// characters that editors hide, reorder or count differently than the parser
// does. Escapes in quoted strings can still produce them; those meet the
// pattern of the value instead.
func checkText(w *walker, src []byte) bool {
	start := position{1, 1}

	if len(src) > maxSize {
		w.refuse("", start, fmt.Sprintf("expected a file of at most 1 MiB, found %d bytes", len(src)), "is this the right file?")
		return false
	}
	if bytes.HasPrefix(src, []byte("\uFEFF")) {
		w.refuse("", start, "expected text, found a byte order mark", "save the file as UTF-8 without BOM")
		return false
	}

	pos, rest := start, src
	for len(rest) > 0 && len(w.found) < maxTextFaults {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 {
			w.refuse(pathBefore(src, pos), pos, fmt.Sprintf("expected UTF-8 text, found the byte 0x%02x", rest[0]), "save the file as UTF-8")
			return false
		}
		if f := checkRune(r, rest[size:]); f != nil {
			w.refuse(pathBefore(src, position{pos.line, pos.col + 1}), pos, f.message, f.hint)
		}

		rest = rest[size:]
		pos.col++
		if r == '\n' {
			pos = position{pos.line + 1, 1}
		}
	}

	w.end = pos

	return len(w.found) == 0
}

// checkRune says what is wrong with r, which is followed by next.
func checkRune(r rune, next []byte) *fault {
	switch {
	case r == '\n', r == '\r' && len(next) > 0 && next[0] == '\n':
		return nil
	case r == '\t':
		return &fault{message: "expected spaces, found a tab", hint: "indent with two spaces"}
	case r == '\r':
		return &fault{message: "expected a line feed after a carriage return", hint: "save the file with LF or CRLF line ends"}
	case r < ' ', r >= 0x7f && r <= 0x9f, r == '\u2028', r == '\u2029', r == '\uFEFF':
		return &fault{message: fmt.Sprintf("expected text, found the control character U+%04X", r), hint: "remove it: editors do not show it"}
	case isBidi(r):
		return &fault{
			message: fmt.Sprintf("expected text in one direction, found the invisible character U+%04X", r),
			hint:    "remove it: it makes a line read other than it is",
		}
	}

	return nil
}

// isBidi reports whether r reorders the text around it on the screen.
func isBidi(r rune) bool {
	switch {
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069':
		return true
	}

	return r == '\u200E' || r == '\u200F' || r == '\u061C'
}

package audit

import (
	"unicode"
	"unicode/utf8"
)

// MaxField is how many bytes of a field an event keeps. Longer text is cut at a
// character and ends in "…"; ids, codes and pseudonyms are far shorter, so what is
// cut is somebody's attempt to fill the log.
const MaxField = 256

const ellipsis = "…"

// clean returns e with every field fit for one record of any sink (SECURITY
// LOG-03): valid UTF-8, at most MaxField bytes, and U+FFFD in place of whatever is
// not printable, so that a sink that forgets to escape still writes one line and
// sends no escape sequence to a terminal. Cleaning twice changes nothing.
func clean(e Event) Event {
	e.Type = Type(cleanText(string(e.Type)))
	e.Outcome = Outcome(cleanText(string(e.Outcome)))
	e.Reason = cleanText(e.Reason)
	e.Actor = cleanText(e.Actor)
	e.Target = cleanText(e.Target)
	e.Strategy = cleanText(e.Strategy)
	e.Request.ID = cleanText(e.Request.ID)
	// A zone is free text that a forwarded address may carry, and means nothing here.
	e.Request.Addr = e.Request.Addr.WithZone("")
	return e
}

func cleanText(s string) string {
	if plain(s) {
		return s
	}
	out := make([]byte, 0, MaxField)
	cut := 0 // the longest prefix of out that leaves room for the ellipsis
	for _, r := range s {
		if !unicode.IsPrint(r) {
			r = utf8.RuneError
		}
		if len(out)+utf8.RuneLen(r) > MaxField {
			return string(out[:cut]) + ellipsis
		}
		out = utf8.AppendRune(out, r)
		if len(out) <= MaxField-len(ellipsis) {
			cut = len(out)
		}
	}
	return string(out)
}

// plain is the common case: short printable ASCII, which costs no allocation.
func plain(s string) bool {
	if len(s) > MaxField {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

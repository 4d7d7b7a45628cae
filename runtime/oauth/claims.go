package oauth

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// claims are the members of a JSON object that a provider says something by, not decoded
// yet.
type claims map[string]json.RawMessage

// claimNames are the names that matter, so that one in another case is noticed: other
// parsers of JSON, one of which reads ID tokens too, take them for the same.
var claimNames = [...]string{
	"iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "at_hash", "tid",
	"email", "email_verified", "xms_edov", "name",
}

var errNotClaims = errors.New("not one strict JSON object")

// parseClaims reads one JSON object in valid UTF-8, with no name twice and none that is
// one of claimNames but for the case of its letters.
func parseClaims(text []byte) (claims, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if first, err := d.Token(); err != nil || first != json.Delim('{') || !utf8.Valid(text) {
		return nil, errNotClaims
	}
	c := make(claims)
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok || c[name] != nil || isOtherCase(name) {
			return nil, errNotClaims
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, errNotClaims
		}
		c[name] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, errNotClaims
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errNotClaims
	}
	return c, nil
}

func isOtherCase(name string) bool {
	return slices.ContainsFunc(claimNames[:], func(known string) bool {
		return known != name && strings.EqualFold(known, name)
	})
}

// has reports whether the claim is there, whatever it is.
func (c claims) has(name string) bool { return c[name] != nil }

// str returns a string, or "" for anything else.
func (c claims) str(name string) string {
	var text *string
	if json.Unmarshal(c[name], &text) != nil || text == nil {
		return ""
	}
	return *text
}

// isTrue reports whether the claim is true itself: a string is not.
func (c claims) isTrue(name string) bool { return string(c[name]) == "true" }

// strs returns a string or an array of them, or nil for anything else.
func (c claims) strs(name string) []string {
	if text := c.str(name); text != "" {
		return []string{text}
	}
	var list []string
	if json.Unmarshal(c[name], &list) != nil {
		return nil
	}
	return list
}

// lastDate is the end of the year 9999.
const lastDate = 253402300799

// date returns a NumericDate (RFC 7519 section 2), and whether it is a sane one.
func (c claims) date(name string) (time.Time, bool) {
	var seconds *float64
	if json.Unmarshal(c[name], &seconds) != nil || seconds == nil || *seconds <= 0 || *seconds > lastDate {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(*seconds * 1000)), true
}

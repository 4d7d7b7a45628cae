package oauthserver

import (
	"encoding/base64"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxBasic bounds the credentials of a Basic header, in bytes. Those of a client are
// less than 200.
const maxBasic = 1 << 10

// parseBasic reads the value of an Authorization header: the id and the secret, each
// form-urlencoded, with a colon between (RFC 6749 section 2.3.1), in the one spelling of
// base64.
func parseBasic(header string) (id, secret string, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	encoded = strings.TrimLeft(encoded, " ")
	// base64 would skip line breaks.
	if !strings.EqualFold(scheme, "Basic") || len(encoded) > maxBasic || strings.ContainsAny(encoded, "\r\n") {
		return "", "", false
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(encoded)
	rawID, rawSecret, colon := strings.Cut(string(decoded), ":")
	if err != nil || !colon {
		return "", "", false
	}
	id, errID := url.QueryUnescape(rawID)
	secret, errSecret := url.QueryUnescape(rawSecret)
	if errID != nil || errSecret != nil || !utf8.ValidString(id) || !utf8.ValidString(secret) {
		return "", "", false
	}
	return id, secret, true
}

package jwks

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxETag bounds what is sent back to the issuer, in bytes.
const maxETag = 256

// maxAgeOf returns for how long an answer is good by its Cache-Control, within
// bounds, or 0 if it does not say (RFC 9111 section 5.2.2). One that must not be kept
// at all does not say: taken by its word, every token would need a fetch.
func maxAgeOf(h http.Header) time.Duration {
	var age time.Duration
	for _, line := range h["Cache-Control"] {
		for directive := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
			switch strings.ToLower(name) {
			case "no-store", "no-cache":
				return 0
			case "max-age":
				if age == 0 {
					age = seconds(strings.Trim(value, `"`))
				}
			}
		}
	}
	return age
}

// seconds reads delta-seconds (RFC 9111 section 1.2.2), or returns 0.
func seconds(text string) time.Duration {
	n, err := strconv.ParseUint(text, 10, 31)
	if errors.Is(err, strconv.ErrRange) {
		return maxInterval
	}
	if err != nil {
		return 0
	}
	return min(max(time.Duration(n)*time.Second, minInterval), maxInterval)
}

// etagOf returns the entity tag of an answer, or "" if it has none that can be sent
// back (RFC 9110 section 8.8.3).
func etagOf(h http.Header) string {
	tag := h.Get("ETag")
	opaque := strings.TrimPrefix(tag, "W/")
	if len(tag) > maxETag || len(opaque) < 2 || opaque[0] != '"' || opaque[len(opaque)-1] != '"' {
		return ""
	}
	for _, c := range []byte(opaque[1 : len(opaque)-1]) {
		if c <= ' ' || c == '"' || c >= 0x7f {
			return ""
		}
	}
	return tag
}

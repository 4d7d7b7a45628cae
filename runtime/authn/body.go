package authn

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// MaxBody is the size in bytes of the largest body that [Decode] and [DecodeForm]
// read.
const MaxBody = 64 << 10

// readBody returns the body of r if it is of the media type, without an encoding,
// not over MaxBody, and UTF-8.
func readBody(w http.ResponseWriter, r *http.Request, mediaType string) ([]byte, error) {
	empty := r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0
	types := r.Header["Content-Type"]
	if empty && len(types) == 0 {
		return nil, nil
	}
	if len(types) != 1 || !isMediaType(types[0], mediaType) {
		return nil, ErrUnsupportedMediaType.WithDetail("The body must be " + mediaType + " in UTF-8.")
	}
	if isEncoded(r.Header["Content-Encoding"]) {
		return nil, ErrUnsupportedMediaType.WithDetail("The body must not be encoded.")
	}
	if empty {
		return nil, nil
	}
	if r.ContentLength > MaxBody {
		return nil, ErrTooLarge
	}
	// The server's own writer closes the connection after a body that is too large.
	body, err := io.ReadAll(http.MaxBytesReader(innermost(w), r.Body, MaxBody))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, ErrTooLarge
		}
		return nil, ErrInvalidRequest.WithDetail("The body could not be read.").WithCause(err)
	}
	if !utf8.Valid(body) {
		return nil, ErrInvalidRequest.WithDetail("The body is not valid UTF-8.")
	}
	return body, nil
}

func isMediaType(header, want string) bool {
	got, params, err := mime.ParseMediaType(header)
	if err != nil || got != want {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

func isEncoded(headers []string) bool {
	for _, line := range headers {
		for coding := range strings.SplitSeq(line, ",") {
			coding = strings.TrimSpace(coding)
			if coding != "" && !strings.EqualFold(coding, "identity") {
				return true
			}
		}
	}
	return false
}

package token

import (
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// errText is the error for a string that no token can hold.
var errText = errors.New("token: a claim is not valid UTF-8")

// appendString writes text as JSON.
func appendString(b []byte, text string) ([]byte, error) {
	if !utf8.ValidString(text) {
		return nil, errText // encoding/json would write something else instead
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		return nil, err
	}
	return append(b, quoted...), nil
}

func appendStrings(b []byte, list []string) ([]byte, error) {
	b = append(b, '[')
	for i, text := range list {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendString(b, text); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

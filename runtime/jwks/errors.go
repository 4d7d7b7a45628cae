package jwks

import (
	"errors"
	"fmt"
	"strings"
)

// The reasons of events.
const (
	reasonUnreachable = "unreachable"
	reasonAddress     = "address-refused"
	reasonStatus      = "unexpected-status"
	reasonTooLarge    = "too-large"
	reasonBadSet      = "bad-set"
	reasonPanic       = "panic"
)

var (
	errClosed = errors.New("no longer fetched")
	errNone   = errors.New("not fetched yet")
	errStale  = errors.New("too old")
)

// maxText bounds what the error of a fetch says, which may quote the issuer.
const maxText = 200

// A fetchError says why a set could not be fetched: by a code for the record, and in
// words for the log. It wraps nothing. A fetch is nobody's request, and that it ran
// out of time does not mean that a request did.
type fetchError struct{ reason, text string }

func (e *fetchError) Error() string { return e.text }

func failed(reason string, err error) *fetchError {
	text := err.Error()
	if len(text) > maxText {
		text = text[:maxText] + "…"
	}
	return &fetchError{reason: reason, text: strings.ToValidUTF8(text, "")}
}

// unreachable is the error for a fetch that did not end with an answer.
func unreachable(err error) *fetchError {
	if errors.Is(err, errAddress) {
		return failed(reasonAddress, err)
	}
	return failed(reasonUnreachable, err)
}

// unknowable is the error for a look-up that nobody can answer now.
func (r *Remote) unknowable(err error) error {
	return fmt.Errorf("jwks: the keys of %s cannot be known: %w", r.name, err)
}

package breaker

import (
	"context"
	"errors"
	"io"
	"net"
)

// Unreached reports whether an error is that of a connection: refused, reset, timed out
// or ended. It is what the stores' own errors of that kind are added to.
func Unreached(err error) bool {
	var connection net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &connection) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

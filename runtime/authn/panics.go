package authn

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// A panicError is a panic on its way to the log.
type panicError struct {
	text  string
	stack []byte
}

func (e *panicError) Error() string { return "panic: " + e.text }

// catch turns a panic into an error. It must be deferred itself. The panic that
// asks the server to cut the connection is not ours to answer.
func catch(err *error) {
	switch v := recover(); v {
	case nil:
	case http.ErrAbortHandler:
		panic(v)
	default:
		*err = ErrInternal.WithCause(&panicError{text: describePanic(v), stack: debug.Stack()})
	}
}

// describePanic names a value of a type we do not know by its type only: its
// fields may be secret.
func describePanic(v any) string {
	switch v := v.(type) {
	case error:
		return v.Error()
	case string:
		return v
	default:
		return fmt.Sprintf("value of type %T", v)
	}
}

// logBug logs what only a mistake in the program can cause.
func (f *Frame) logBug(r *http.Request, id, msg string, err error) {
	attrs := []slog.Attr{
		slog.String("request_id", id),
		slog.String("method", r.Method),
		slog.String("route", r.Pattern),
		slog.String("error", err.Error()),
	}
	if p, ok := errors.AsType[*panicError](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	f.logger().LogAttrs(r.Context(), slog.LevelError, msg, attrs...)
}

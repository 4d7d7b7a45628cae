package authn

import (
	"log/slog"
	"net/http"
	"sync/atomic"
)

// An outage is the state of one source of answers, a strategy or an endpoint,
// whose checks may be impossible for a while. It logs when that begins and when
// it ends, not once per request (SECURITY F-01).
//
// Each source has its own, because only its own success shows that what it
// depends on is back: a token that verifies without a store says nothing about
// the store of sessions.
type outage struct {
	on atomic.Bool
}

func (o *outage) begin(f *Frame, r *http.Request, source, requestID string, err error) {
	if !o.on.CompareAndSwap(false, true) {
		return
	}
	f.logger().LogAttrs(r.Context(), slog.LevelError, "store unavailable",
		slog.String("source", sourceName(r, source)),
		slog.String("request_id", requestID),
		slog.String("error", err.Error()))
}

// end is called with every success; it costs one atomic load while all is well.
func (o *outage) end(f *Frame, r *http.Request, source string) {
	if !o.on.Load() || !o.on.CompareAndSwap(true, false) {
		return
	}
	f.logger().LogAttrs(r.Context(), slog.LevelInfo, "store available again",
		slog.String("source", sourceName(r, source)))
}

// sourceName is the strategy's name or, for an endpoint, its route.
func sourceName(r *http.Request, strategy string) string {
	switch {
	case strategy != "":
		return strategy
	case r.Pattern != "":
		return r.Pattern
	default:
		return r.Method
	}
}

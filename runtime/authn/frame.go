package authn

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/usage"
)

// A Frame is what every endpoint and guard of an application has around it. Fill
// it in once, before first use; afterwards it is safe for concurrent use. It must
// not be copied. The zero Frame works.
type Frame struct {
	// Logger takes outages, panics and internal errors; nil means slog.Default().
	Logger *slog.Logger
	// Audit takes the events of refused requests; nil means that nobody does.
	Audit audit.Recorder
	// Trail, if set, must be able to keep the events of a change, or the change is not made
	// and answered with 503; nil means that events may be lost.
	Trail Trail
	// Proxies decides whose word counts for the client's address and the request
	// id; nil trusts nobody.
	Proxies *Proxies
	// HTTPS says that the application is served over https: answers then carry
	// Strict-Transport-Security.
	HTTPS bool
	// Challenges returns the WWW-Authenticate values of a 401 that no guard answers, such
	// as that of a login with a wrong password: usually it is [Guard.Challenges]. Without
	// it, and where it returns none, there is one of the runtime's own. Set it before
	// requests are served.
	Challenges func() []string
	// Now is the clock; nil means time.Now.
	Now func() time.Time

	outage outage
	limits usage.Tally // requests that were too many, by limit
}

// A HandlerFunc answers a request or returns the error that [Frame.Fail] turns
// into an answer. It must not do both.
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

// Handler makes a generated endpoint of h. The context h sees knows the request's
// id and client address (see [audit.RequestFrom]); its answer has the security
// headers of SECURITY WEB-09 unless it overrides them. An error goes to Fail. A
// panic is logged and answered with 500, and the process lives (SECURITY ERR-04).
// If an answer had already begun, the connection is cut instead, so that nobody
// takes half an answer for a whole one.
func (f *Frame) Handler(h HandlerFunc) http.Handler {
	outage := new(outage)
	h = f.recorded(foretold(h))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := f.describe(r)
		r = r.WithContext(audit.WithRequest(r.Context(), request))
		f.secure(w.Header())
		if id := f.forwardedID(r); id != "" {
			w.Header().Set(requestIDHeader, id)
		}
		tracked := &trackedWriter{ResponseWriter: w}
		err := call(h, tracked, r)
		switch {
		case err == nil:
			outage.end(f, r, "")
			f.outage.end(f, r, "")
		case tracked.began:
			f.abort(r, err)
		default:
			f.fail(tracked, r, refusal{err: err, outage: outage})
		}
	})
}

func call(h HandlerFunc, w http.ResponseWriter, r *http.Request) (err error) {
	defer catch(&err)
	return h(w, r)
}

// abort cuts the connection of an answer that broke off.
func (f *Frame) abort(r *http.Request, err error) {
	if r.Context().Err() == nil {
		f.logBug(r, f.describe(r).ID, "answer broken off", err)
	}
	panic(http.ErrAbortHandler)
}

// LimitHits counts the requests that were refused because of a limit, by the limit's
// name, see [Problem.WithLimit]. A limit that nobody has reached is not there.
func (f *Frame) LimitHits() map[string]uint64 { return f.limits.Counts() }

func (f *Frame) now() time.Time {
	if f.Now != nil {
		return f.Now()
	}
	return time.Now()
}

func (f *Frame) logger() *slog.Logger {
	if f.Logger != nil {
		return f.Logger
	}
	return slog.Default()
}

// Wrap makes a generated endpoint of a handler that needs nothing but the frame: its
// answers have the security headers that it does not set itself.
func (f *Frame) Wrap(h http.Handler) http.Handler {
	return f.Handler(func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	})
}

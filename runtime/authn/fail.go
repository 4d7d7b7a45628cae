package authn

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// retryAfter is how long a client is asked to wait when nobody knows better. A
// store that is back should be seen within this time (SECURITY F-10).
const retryAfter = 5 * time.Second

// defaultChallenge is for a Frame without any: a 401 without a challenge is
// malformed (RFC 9110 section 11.6.1). No scheme is registered for cookies.
const defaultChallenge = `Cookie realm="auth"`

// Fail answers r with err and returns; nothing may have been written before.
//
// A *[Problem] becomes an application/problem+json answer (RFC 9457), or what the
// [Renderer] of r makes of it. Anything else means "cannot know" and becomes 503
// with Retry-After (SECURITY ERR-05), logged once when it begins. The text of err is
// never sent (SECURITY ERR-03).
// A 401 carries challenges, or those of Frame.Challenges without any (SECURITY ERR-01);
// other answers carry the challenges that are given. Refusals for coming from
// another site or too often are audited.
//
// Ids of requests that a listed proxy made are echoed in X-Request-Id and in the
// member request_id. Ids made here are shown only with a status of 5xx, where
// the log has more to say; other refusals with one reason stay byte-identical
// (SECURITY PWD-06, RL-06).
func (f *Frame) Fail(w http.ResponseWriter, r *http.Request, err error, challenges ...string) {
	f.fail(w, r, refusal{err: err, challenges: challenges, outage: &f.outage})
}

// A refusal is what fail needs to know beside the request.
type refusal struct {
	err        error
	challenges []string
	outage     *outage
	source     string // the strategy that could not know, or ""
	actor, by  string // who was refused, and the strategy that says so; or ""
}

func (f *Frame) fail(w http.ResponseWriter, r *http.Request, ref refusal) {
	p := f.judge(ref.err)
	status := p.Code.Status()
	header := w.Header()
	unsay(header, status)
	f.secure(header)
	f.setChallenges(header, status, ref.challenges)
	if wait := p.wait(); wait > 0 {
		header.Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
	}
	if p.Code == CodeMethodNotAllowed {
		header.Set("Allow", strings.Join(p.Allow, ", "))
	}
	id := f.report(r, p, ref)
	if id != "" {
		header.Set(requestIDHeader, id)
	}
	render(w, r, p, id)
}

// judge returns what the client may know of err.
func (f *Frame) judge(err error) *Problem {
	p, ok := errors.AsType[*Problem](err)
	switch {
	case err == nil, ok && p == nil:
		return ErrInternal.WithCause(errors.New("a failure without an error"))
	case ok:
		return p
	default:
		return ErrUnavailable.WithCause(err)
	}
}

// report logs and audits what deserves it, and returns the id to show, if any.
func (f *Frame) report(r *http.Request, p *Problem, ref refusal) string {
	id := f.forwardedID(r)
	switch {
	case p.Code.Status() >= http.StatusInternalServerError:
		id = f.describe(r).ID
		f.logFailure(r, p, id, ref)
	case p.Code == CodeCrossSite:
		f.audit(r, audit.CrossSiteRefused, p, ref)
	case p.Code == CodeRateLimited:
		f.limits.Add(p.Limit)
		f.audit(r, audit.RateLimited, p, ref)
	case p.cause != nil:
		f.logger().LogAttrs(r.Context(), slog.LevelDebug, "request refused",
			slog.String("code", string(p.Code)), slog.String("error", p.cause.Error()))
	}
	return id
}

func (f *Frame) logFailure(r *http.Request, p *Problem, id string, ref refusal) {
	switch {
	// The client went away and took its context along: no news of the store.
	case errors.Is(r.Context().Err(), context.Canceled) && p.Code == CodeUnavailable:
	case p.Code != CodeUnavailable:
		f.logBug(r, id, "internal error", p)
	case p.cause != nil:
		ref.outage.begin(f, r, ref.source, id, p.cause)
	}
}

func (f *Frame) audit(r *http.Request, what audit.Type, p *Problem, ref refusal) {
	f.record(r, audit.Event{Type: what, Outcome: audit.Denied, Reason: string(p.Code), Actor: ref.actor, Strategy: ref.by})
}

// record audits an event of r.
func (f *Frame) record(r *http.Request, e audit.Event) {
	if f.Audit == nil {
		return
	}
	f.Audit.Record(audit.WithRequest(r.Context(), f.describe(r)), e)
}

func (f *Frame) setChallenges(h http.Header, status int, given []string) {
	const name = "Www-Authenticate"
	if len(given) > 0 {
		h[name] = append([]string(nil), given...)
		return
	}
	if status != http.StatusUnauthorized || len(h[name]) > 0 {
		return
	}
	var own []string
	if f.Challenges != nil {
		own = f.Challenges()
	}
	if len(own) == 0 {
		own = []string{defaultChallenge}
	}
	h[name] = own
}

// wait is how long the client is asked to wait; every 429 and 503 says so.
func (p *Problem) wait() time.Duration {
	switch {
	case p.RetryAfter > 0:
		return p.RetryAfter
	case p.Code == CodeUnavailable:
		return retryAfter
	case p.Code == CodeRateLimited:
		return time.Second
	default:
		return 0
	}
}

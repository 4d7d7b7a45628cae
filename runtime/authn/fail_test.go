package authn_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/authn"
)

var allCodes = []authn.Code{
	authn.CodeInvalidRequest, authn.CodeInvalidGrant, authn.CodeInvalidClient, authn.CodeUnauthorizedClient,
	authn.CodeUnsupportedGrantType, authn.CodeInvalidScope, authn.CodeAuthenticationRequired, authn.CodeInvalidCredentials, authn.CodeInvalidSession,
	authn.CodeInvalidAPIKey, authn.CodeInvalidToken, authn.CodeTokenExpired, authn.CodeTokenRevoked, authn.CodeStrategyRetired,
	authn.CodeInsufficientScope, authn.CodeInsufficientRole, authn.CodeUserRequired, authn.CodeReauthenticationRequired,
	authn.CodeCrossSite, authn.CodeNotFound, authn.CodeMethodNotAllowed, authn.CodeEmailTaken, authn.CodeTooManyKeys, authn.CodeIdentityTaken, authn.CodeLastWayIn,
	authn.CodeAccountDisabled, authn.CodeEmailUnverified, authn.CodeRegistrationClosed, authn.CodeTooLarge,
	authn.CodeUnsupportedMediaType, authn.CodeWeakPassword, authn.CodeRateLimited, authn.CodeInternal, authn.CodeUnavailable,
}

func failing(f *authn.Frame, err error, challenges ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.Fail(w, r, err, challenges...) })
}

// SECURITY ERR-02.
func TestERR02_EveryCodeIsAProblem(t *testing.T) {
	f, _ := newFrame()
	for _, code := range allCodes {
		t.Run(string(code), func(t *testing.T) {
			p := wantProblem(t, do(failing(f, authn.NewProblem(code, "Why.")), "GET", "/"), code)
			if p.Detail != "Why." {
				t.Errorf("detail = %q", p.Detail)
			}
		})
	}
}

// SECURITY ERR-03.
func TestERR03_TheErrorIsNotSent(t *testing.T) {
	f, book := newFrame()
	secretive := []error{
		errStore,
		fmt.Errorf("load user: %w", errStore),
		authn.ErrInternal.WithCause(errStore),
		authn.ErrUnavailable.WithCause(errStore),
		errBad.WithCause(errStore),
	}
	for _, err := range secretive {
		code := authn.CodeUnavailable
		if p, ok := errors.AsType[*authn.Problem](err); ok {
			code = p.Code
		}
		wantProblem(t, do(failing(f, err), "GET", "/"), code)
	}
	if book.count(t, "internal error") != 1 || book.count(t, "store unavailable") != 1 {
		t.Errorf("log: %s", book)
	}
}

// SECURITY ERR-05.
func TestERR05_CannotKnowIs503(t *testing.T) {
	f, _ := newFrame()
	for _, err := range []error{errStore, context.DeadlineExceeded, errors.Join(errStore, context.Canceled)} {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Set-Cookie", "session=; Max-Age=0")
			f.Fail(w, r, err)
		})
		res := do(h, "GET", "/")
		wantProblem(t, res, authn.CodeUnavailable)
		if got := res.Header.Get("Retry-After"); got != "5" {
			t.Errorf("%v: Retry-After = %q", err, got)
		}
		if got := res.Header["Set-Cookie"]; got != nil {
			t.Errorf("%v: a 503 changes cookies: %q", err, got)
		}
	}
}

// SECURITY ERR-05.
func TestERR05_AFailureWithoutAnErrorIsABug(t *testing.T) {
	f, _ := newFrame()
	var none *authn.Problem
	for _, err := range []error{nil, none} {
		wantProblem(t, do(failing(f, err), "GET", "/"), authn.CodeInternal)
	}
}

// SECURITY RL-02.
func TestRL02_RetryAfterIsRoundedUp(t *testing.T) {
	f, _ := newFrame()
	limited := authn.NewProblem(authn.CodeRateLimited, "Too many.")
	for wait, want := range map[time.Duration]string{
		0:                       "1",
		time.Nanosecond:         "1",
		time.Second:             "1",
		1001 * time.Millisecond: "2",
		time.Minute:             "60",
	} {
		res := do(failing(f, limited.WithRetryAfter(wait)), "GET", "/")
		wantProblem(t, res, authn.CodeRateLimited)
		if got := res.Header.Get("Retry-After"); got != want {
			t.Errorf("after %v: Retry-After = %q, want %q", wait, got, want)
		}
	}
}

// SECURITY ERR-01.
func TestERR01_ChallengesOfAnAnswer(t *testing.T) {
	tests := []struct {
		name  string
		frame []string
		given []string
		code  authn.Code
		want  []string
	}{
		{"given", []string{"A"}, []string{"B", "C"}, authn.CodeInvalidCredentials, []string{"B", "C"}},
		{"the frame's", []string{"A", "B"}, nil, authn.CodeInvalidCredentials, []string{"A", "B"}},
		{"there always is one", nil, nil, authn.CodeInvalidCredentials, []string{`Cookie realm="auth"`}},
		{"none on other answers", []string{"A"}, nil, authn.CodeInsufficientRole, nil},
		{"unless given", []string{"A"}, []string{"B"}, authn.CodeInsufficientScope, []string{"B"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, _ := newFrame()
			f.Challenges = func() []string { return tt.frame }
			res := do(failing(f, authn.NewProblem(tt.code, ""), tt.given...), "GET", "/")
			wantProblem(t, res, tt.code)
			if got := res.Header["Www-Authenticate"]; !slices.Equal(got, tt.want) {
				t.Errorf("WWW-Authenticate = %q, want %q", got, tt.want)
			}
		})
	}
}

// SECURITY ERR-01.
func TestERR01_AnEndpointsOwnChallengeStays(t *testing.T) {
	f, _ := newFrame()
	f.Challenges = func() []string { return []string{"A"} }
	res := do(f.Handler(func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("WWW-Authenticate", "Own")
		return errBad
	}), "GET", "/")
	if got := res.Header["Www-Authenticate"]; !slices.Equal(got, []string{"Own"}) {
		t.Errorf("WWW-Authenticate = %q", got)
	}
}

// SECURITY ERR-01.
func TestERR01_FormatChallenge(t *testing.T) {
	scope := authn.NewProblem(authn.CodeInsufficientScope, "")
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, `Bearer realm="auth"`},
		{authn.ErrNoCredential, `Bearer realm="auth"`},
		{authn.ErrAuthenticationRequired, `Bearer realm="auth"`},
		{errBad, `Bearer realm="auth", error="invalid_token"`},
		{fmt.Errorf("wrapped: %w", errBad), `Bearer realm="auth", error="invalid_token"`},
		{scope, `Bearer realm="auth", error="insufficient_scope"`},
		{scope.WithScope("a:read b"), `Bearer realm="auth", error="insufficient_scope", scope="a:read b"`},
		{authn.ErrCrossSite, `Bearer realm="auth"`},
	} {
		if got := authn.FormatChallenge("Bearer", "auth", tt.err); got != tt.want {
			t.Errorf("FormatChallenge(%v) = %s, want %s", tt.err, got, tt.want)
		}
	}
}

// SECURITY WEB-09.
func TestWEB09_HSTSOnlyWithHTTPS(t *testing.T) {
	f, _ := newFrame()
	if got := do(failing(f, errBad), "GET", "/").Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("over http: %q", got)
	}
	f.HTTPS = true
	if got := do(failing(f, errBad), "GET", "/").Header.Get("Strict-Transport-Security"); got != "max-age=63072000" {
		t.Errorf("over https: %q", got)
	}
}

// Fail is also called by middleware, whose own success nobody reports: that of any
// endpoint or strategy of the frame ends such an outage.
// SECURITY F-01.
func TestF01_OutageReportedThroughFail(t *testing.T) {
	f, book := newFrame()
	g := authn.NewGuard[*user](f, &strategy{name: "S", header: "S"})
	for i, success := range []http.Handler{
		f.Handler(func(http.ResponseWriter, *http.Request) error { return nil }),
		g.Require(nil)(whoami),
	} {
		for range 3 {
			wantProblem(t, do(failing(f, errStore), "GET", "/"), authn.CodeUnavailable)
		}
		do(success, "GET", "/", "S", "s")
		if book.count(t, "store unavailable") != i+1 || book.count(t, "store available again") != i+1 {
			t.Errorf("log: %s", book)
		}
	}
}

// SECURITY F-01.
func TestF01_ACancelledRequestIsNoOutage(t *testing.T) {
	f, book := newFrame()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequest("GET", "/", nil).WithContext(ctx)
	wantProblem(t, serve(failing(f, context.Canceled), r), authn.CodeUnavailable)
	if got := book.String(); got != "" {
		t.Errorf("log: %s", got)
	}
}

// SECURITY LOG-01.
func TestLOG01_RefusalsAreAudited(t *testing.T) {
	f, _ := newFrame()
	f.Proxies = mustProxies(t, "10.0.0.0/8")
	limited := authn.NewProblem(authn.CodeRateLimited, "")
	for _, tt := range []struct {
		err  error
		want audit.Type
	}{{authn.ErrCrossSite, audit.CrossSiteRefused}, {limited, audit.RateLimited}} {
		events := &audittest.Recorder{}
		f.Audit = events
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = "10.0.0.1:1"
		r.Header.Set("X-Forwarded-For", "198.51.100.7")
		r.Header.Set("X-Request-Id", "edge-0001")
		serve(failing(f, tt.err), r)
		got := events.Events()
		if len(got) != 1 {
			t.Fatalf("%v: %d events", tt.err, len(got))
		}
		want := audit.Event{
			Time: got[0].Time, Type: tt.want, Outcome: audit.Denied,
			Request: audit.Request{ID: "edge-0001", Addr: netip.MustParseAddr("198.51.100.7")},
		}
		want.Reason = got[0].Reason
		if got[0] != want || got[0].Reason == "" {
			t.Errorf("event = %+v, want %+v", got[0], want)
		}
	}
	events := &audittest.Recorder{}
	f.Audit = events
	do(failing(f, errBad), "GET", "/")
	if got := events.Events(); len(got) != 0 {
		t.Errorf("a refusal of another kind is audited: %+v", got)
	}
}

package authn_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// whoami answers with the name of who asks, or with "nobody".
var whoami = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	name := "nobody"
	if u, ok := authn.IdentityFrom[*user](r.Context()); ok {
		name = u.name
	}
	fmt.Fprint(w, name)
})

func newGuard() (*authn.Guard[*user], *strategy, *strategy, *logBook) {
	f, book := newFrame()
	token, session := &strategy{name: "Bearer", header: "Token"}, &strategy{name: "Cookie", header: "Session"}
	return authn.NewGuard[*user](f, token, session), token, session, book
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	var b strings.Builder
	if _, err := fmt.Fprint(&b, res.StatusCode, " "); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 512)
	n, _ := res.Body.Read(buf)
	return b.String() + string(buf[:n])
}

// SECURITY DUAL-01.
func TestDUAL01_OrderOfStrategies(t *testing.T) {
	const no, bad = "", "bad"
	tests := []struct {
		token, session string
		want           string
		calls          [2]int
	}{
		{no, no, "", [2]int{0, 0}},
		{no, bad, "", [2]int{0, 1}},
		{no, "s", "s", [2]int{0, 1}},
		{bad, no, "", [2]int{1, 0}},
		{bad, bad, "", [2]int{1, 0}},
		{bad, "s", "", [2]int{1, 0}}, // a bad token is 401 even with a good session
		{"t", no, "t", [2]int{1, 0}},
		{"t", bad, "t", [2]int{1, 0}},
		{"t", "s", "t", [2]int{1, 0}}, // DUAL-02: acts as the token's user only
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%q and %q", tt.token, tt.session), func(t *testing.T) {
			g, token, session, _ := newGuard()
			res := do(g.Require(nil)(whoami), "GET", "/", "Token", tt.token, "Session", tt.session)
			if tt.want != "" {
				if got := body(t, res); got != "200 "+tt.want {
					t.Errorf("answer = %q", got)
				}
			} else if res.StatusCode != http.StatusUnauthorized {
				t.Errorf("status = %d", res.StatusCode)
			}
			if got := [2]int{token.calls, session.calls}; got != tt.calls {
				t.Errorf("calls = %v, want %v", got, tt.calls)
			}
		})
	}
}

// SECURITY ERR-01.
func TestERR01_ChallengesOfAGuard(t *testing.T) {
	needs := authn.NewProblem(authn.CodeInsufficientScope, "").WithScope("reports:read")
	deny := func(err error) func(*user) error { return func(*user) error { return err } }
	const bearer, cookie = `Bearer realm="test"`, `Cookie realm="test"`
	tests := []struct {
		name    string
		headers []string
		allow   func(*user) error
		code    authn.Code
		want    []string
	}{
		{"no credential, no error", nil, nil, authn.CodeAuthenticationRequired, []string{bearer, cookie}},
		{"bad token", []string{"Token", "bad"}, nil, authn.CodeInvalidSession, []string{bearer + `, error="invalid_token"`, cookie}},
		{"bad session", []string{"Session", "bad"}, nil, authn.CodeInvalidSession, []string{cookie + `, error="invalid_token"`, bearer}},
		{"missing scope by token", []string{"Token", "t"}, deny(needs), authn.CodeInsufficientScope,
			[]string{bearer + `, error="insufficient_scope", scope="reports:read"`}},
		{"missing scope by session", []string{"Session", "s"}, deny(needs), authn.CodeInsufficientScope,
			[]string{cookie + `, error="insufficient_scope", scope="reports:read"`}},
		{"missing role", []string{"Token", "t"}, deny(authn.NewProblem(authn.CodeInsufficientRole, "")), authn.CodeInsufficientRole, nil},
		{"401 from allow", []string{"Session", "s"}, deny(errBad), authn.CodeInvalidSession, []string{cookie + `, error="invalid_token"`, bearer}},
		{"allow cannot know", []string{"Session", "s"}, deny(errStore), authn.CodeUnavailable, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, _, _, _ := newGuard()
			res := do(g.Require(tt.allow)(whoami), "GET", "/", tt.headers...)
			wantProblem(t, res, tt.code)
			if got := res.Header["Www-Authenticate"]; !slices.Equal(got, tt.want) {
				t.Errorf("WWW-Authenticate = %q, want %q", got, tt.want)
			}
			if got := res.Header["Vary"]; !slices.Equal(got, []string{"Authorization, Cookie"}) {
				t.Errorf("Vary = %q", got)
			}
		})
	}
}

// SECURITY F-01.
func TestF01_OutageIs503LoggedPerTransition(t *testing.T) {
	g, _, session, book := newGuard()
	h := g.Require(nil)(whoami)
	session.set(errStore)
	for range 5 {
		res := do(h, "GET", "/", "Session", "s")
		wantProblem(t, res, authn.CodeUnavailable)
		if res.Header.Get("Retry-After") == "" || res.Header["Set-Cookie"] != nil {
			t.Errorf("headers = %v", res.Header)
		}
		// Another strategy's success says nothing about this one's store.
		if got := body(t, do(h, "GET", "/", "Token", "t")); got != "200 t" {
			t.Errorf("by token: %q", got)
		}
	}
	if book.count(t, "store unavailable") != 1 || len(book.records(t)) != 1 {
		t.Errorf("log: %s", book)
	}
	session.set(nil)
	for range 3 {
		if got := body(t, do(h, "GET", "/", "Session", "s")); got != "200 s" {
			t.Errorf("after the outage: %q", got)
		}
	}
	if book.count(t, "store available again") != 1 || len(book.records(t)) != 2 {
		t.Errorf("log: %s", book)
	}
	for _, record := range book.records(t) {
		if record["source"] != "Cookie" {
			t.Errorf("record = %v", record)
		}
	}
}

// SECURITY F-01.
func TestF01_AllowIsAnotherOutageThanItsStrategy(t *testing.T) {
	g, _, _, book := newGuard()
	var err error = errStore
	h := g.Require(func(*user) error { return err })(whoami)
	for range 3 {
		wantProblem(t, do(h, "GET", "/", "Session", "s"), authn.CodeUnavailable)
	}
	err = nil
	do(h, "GET", "/", "Session", "s")
	if book.count(t, "store unavailable") != 1 || book.count(t, "store available again") != 1 {
		t.Errorf("log: %s", book)
	}
}

// SECURITY F-02.
func TestF02_STO06_PublicRouteNeedsNoStore(t *testing.T) {
	g, token, session, book := newGuard()
	token.set(errStore)
	session.set(errStore)
	res := do(g.Optional()(whoami), "GET", "/")
	if got := body(t, res); got != "200 nobody" {
		t.Errorf("answer = %q", got)
	}
	if got := res.Header.Get("Vary"); got != "Authorization, Cookie" {
		t.Errorf("Vary = %q", got)
	}
	if token.calls+session.calls != 0 || book.String() != "" {
		t.Errorf("%d and %d calls, log %s", token.calls, session.calls, book)
	}
}

// SECURITY F-03.
func TestF03_NoCredentialIs401WithoutTheStore(t *testing.T) {
	g, token, session, book := newGuard()
	token.set(errStore)
	session.set(errStore)
	called := false
	res := do(g.Require(nil)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true })), "GET", "/")
	wantProblem(t, res, authn.CodeAuthenticationRequired)
	if token.calls+session.calls != 0 || called || book.String() != "" {
		t.Errorf("%d and %d calls, handler %v, log %s", token.calls, session.calls, called, book)
	}
}

func TestOptional(t *testing.T) {
	g, _, session, _ := newGuard()
	h := g.Optional()(whoami)
	if got := body(t, do(h, "GET", "/", "Session", "s")); got != "200 s" {
		t.Errorf("good: %q", got)
	}
	wantProblem(t, do(h, "GET", "/", "Session", "bad"), authn.CodeInvalidSession)
	session.set(errStore)
	wantProblem(t, do(h, "GET", "/", "Session", "s"), authn.CodeUnavailable)
}

// SECURITY F-33.
func TestF33_ERR04_PanicInAStoreIs500(t *testing.T) {
	for name, arrange := range map[string]func(*strategy) func(*user) error{
		"strategy": func(s *strategy) func(*user) error { s.panics = errors.New("driver"); return nil },
		"allow":    func(*strategy) func(*user) error { return func(*user) error { panic("hook") } },
	} {
		t.Run(name, func(t *testing.T) {
			g, _, session, book := newGuard()
			called := false
			h := g.Require(arrange(session))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
			p := wantProblem(t, do(h, "GET", "/", "Session", "s"), authn.CodeInternal)
			if called || p.RequestID == "" || book.count(t, "internal error") != 1 {
				t.Errorf("handler %v, request id %q, log %s", called, p.RequestID, book)
			}
		})
	}
}

// A panic of the application's own handler is the application's to handle.
func TestAGuardLeavesPanicsOfItsHandlerAlone(t *testing.T) {
	g, _, _, _ := newGuard()
	defer func() {
		if v := recover(); v != "mine" {
			t.Errorf("recovered %v", v)
		}
	}()
	do(g.Require(nil)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("mine") })), "GET", "/", "Token", "t")
}

// SECURITY DUAL-06.
func TestDUAL06_AnswersAreNotForSharedCaches(t *testing.T) {
	g, _, _, _ := newGuard()
	h := g.Require(nil)(whoami)
	res := do(h, "GET", "/", "Token", "t")
	if got := res.Header["Cache-Control"]; !slices.Equal(got, []string{"private, no-store"}) {
		t.Errorf("Cache-Control = %q", got)
	}
	if got := res.Header["Vary"]; !slices.Equal(got, []string{"Authorization, Cookie"}) {
		t.Errorf("Vary = %q", got)
	}
	cors := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Origin")
		h.ServeHTTP(w, r)
	})
	if got := do(cors, "GET", "/", "Token", "t").Header["Vary"]; !slices.Equal(got, []string{"Origin", "Authorization, Cookie"}) {
		t.Errorf("with Origin, Vary = %q", got)
	}
	own := g.Require(nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private, max-age=60")
		w.Header().Add("Vary", "Accept")
	}))
	res = do(own, "GET", "/", "Token", "t")
	if got := res.Header["Cache-Control"]; !slices.Equal(got, []string{"private, max-age=60"}) {
		t.Errorf("overridden, Cache-Control = %q", got)
	}
	// What one answer adds must not show up in another's.
	if got := do(h, "GET", "/", "Token", "t").Header["Vary"]; !slices.Equal(got, []string{"Authorization, Cookie"}) {
		t.Errorf("afterwards, Vary = %q", got)
	}
}

// SECURITY AUT-02.
func TestAUT02_EveryMethodIsGuarded(t *testing.T) {
	g, _, _, _ := newGuard()
	h := g.Require(nil)(whoami)
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Method = method
		if got := serve(h, r).StatusCode; got != http.StatusUnauthorized {
			t.Errorf("%s without credential: %d", method, got)
		}
	}
}

func TestAGuardInAGuardAuthenticatesOnce(t *testing.T) {
	g, token, _, _ := newGuard()
	asked := 0
	allow := func(u *user) error {
		if asked++; u.name != "admin" {
			return authn.NewProblem(authn.CodeInsufficientScope, "").WithScope("x")
		}
		return nil
	}
	type key struct{}
	between := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "mine")
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, "kept")))
		})
	}
	h := g.Require(nil)(between(g.Require(allow)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Context().Value(key{}))
	}))))
	res := do(h, "GET", "/", "Token", "admin")
	if got := body(t, res); got != "200 kept" {
		t.Errorf("answer = %q", got)
	}
	if got := res.Header["Vary"]; len(got) != 1 || res.Header.Get("Cache-Control") != "mine" {
		t.Errorf("headers = %v", res.Header)
	}
	res = do(h, "GET", "/", "Token", "member")
	wantProblem(t, res, authn.CodeInsufficientScope)
	want := `Bearer realm="test", error="insufficient_scope", scope="x"`
	if got := res.Header["Www-Authenticate"]; !slices.Equal(got, []string{want}) {
		t.Errorf("WWW-Authenticate = %q", got)
	}
	if token.calls != 2 || asked != 2 {
		t.Errorf("%d authentications and %d decisions for 2 requests", token.calls, asked)
	}
}

// A policy for one strategy is not met by having come in through another.
func TestAGuardOfOtherStrategiesAuthenticatesAgain(t *testing.T) {
	g, token, session, _ := newGuard()
	f, _ := newFrame()
	inner := authn.NewGuard[*user](f, token)
	h := g.Require(nil)(inner.Require(nil)(whoami))
	wantProblem(t, do(h, "GET", "/", "Session", "s"), authn.CodeAuthenticationRequired)
	if got := body(t, do(h, "GET", "/", "Token", "t", "Session", "s")); got != "200 t" {
		t.Errorf("answer = %q", got)
	}
	for _, h := range []http.Handler{h, g.Optional()(g.Require(nil)(whoami))} {
		if got := do(h, "GET", "/").Header["Vary"]; len(got) != 1 {
			t.Errorf("Vary = %q", got)
		}
	}
	if token.calls != 1 || session.calls != 1 {
		t.Errorf("calls = %d, %d", token.calls, session.calls)
	}
}

func TestAGuardWithoutStrategiesLetsNobodyThrough(t *testing.T) {
	f, _ := newFrame()
	h := authn.NewGuard[*user](f).Require(nil)(whoami)
	wantProblem(t, do(h, "GET", "/", "Token", "t"), authn.CodeAuthenticationRequired)
}

func TestACancelledCheckIsNotLogged(t *testing.T) {
	g, _, session, book := newGuard()
	session.set(context.Canceled)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequest("GET", "/", nil).WithContext(ctx)
	r.Header.Set("Session", "s")
	wantProblem(t, serve(g.Require(nil)(whoami), r), authn.CodeUnavailable)
	if book.String() != "" {
		t.Errorf("log: %s", book)
	}
}

// asked is a strategy that notes what is known of the requests it is asked about.
type asked struct {
	*strategy
	requests []audit.Request
}

func (s *asked) Authenticate(r *http.Request, answer http.Header) (*user, error) {
	s.requests = append(s.requests, audit.RequestFrom(r.Context()))
	return s.strategy.Authenticate(r, answer)
}

// SECURITY LOG-01: what a strategy records has the id that a listed proxy gave the request, and
// none that nobody else has heard of.
func TestLOG01_AStrategyKnowsTheIDOfItsRequest(t *testing.T) {
	f, _ := newFrame()
	proxies, err := authn.NewProxies("192.0.2.0/24")
	if err != nil {
		t.Fatal(err)
	}
	f.Proxies = proxies
	for peer, want := range map[string]string{"192.0.2.1:1": "request-0001", "198.51.100.1:1": ""} {
		s := &asked{strategy: &strategy{name: "Bearer", header: "Token"}}
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Request-Id", "request-0001")
		authn.NewGuard[*user](f, s).Require(nil)(whoami).ServeHTTP(httptest.NewRecorder(), r)
		if len(s.requests) != 1 || s.requests[0].ID != want || s.requests[0].Addr.IsValid() != (want != "") {
			t.Errorf("%s: %+v, want the id %q", peer, s.requests, want)
		}
	}
}

package authn_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

// text renders refusals as their code.
func text(w http.ResponseWriter, _ *http.Request, p *authn.Problem, requestID string) {
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(p.Code.Status())
	_, _ = io.WriteString(w, string(p.Code)+" "+requestID)
}

// A renderer decides about the body; what else belongs to a refusal stays.
// SECURITY WEB-09, ERR-01.
func TestWEB09_RenderedRefusalsKeepTheirHeaders(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		status int
		header string
	}{
		"a refusal": {authn.ErrAuthenticationRequired, http.StatusUnauthorized, "Www-Authenticate"},
		"an outage": {errors.New("dial: refused"), http.StatusServiceUnavailable, "Retry-After"},
		"a limit":   {authn.NewProblem(authn.CodeRateLimited, "Too often."), http.StatusTooManyRequests, "Retry-After"},
	} {
		t.Run(name, func(t *testing.T) {
			frame, _ := newFrame()
			h := frame.Handler(func(http.ResponseWriter, *http.Request) error { return c.err })
			w := httptest.NewRecorder()
			h.ServeHTTP(w, authn.WithRenderer(httptest.NewRequest(http.MethodGet, "/", nil), text))

			answer := w.Result()
			if w.Code != c.status || answer.Header.Get("Content-Type") != "text/plain" {
				t.Errorf("%d %v: %s", w.Code, answer.Header, w.Body)
			}
			for _, name := range []string{c.header, "Content-Security-Policy", "X-Content-Type-Options"} {
				if answer.Header.Get(name) == "" {
					t.Errorf("without %s: %v", name, answer.Header)
				}
			}
			if strings.Contains(w.Body.String(), "dial") {
				t.Errorf("the body tells the error: %s", w.Body)
			}
		})
	}
}

// The guard around an endpoint refuses by the same renderer.
func TestGuardsUseTheRenderer(t *testing.T) {
	frame, _ := newFrame()
	guard := authn.NewGuard[string](frame)
	w := httptest.NewRecorder()
	guard.Require(nil)(http.NotFoundHandler()).ServeHTTP(w, authn.WithRenderer(httptest.NewRequest(http.MethodGet, "/", nil), text))
	if w.Code != http.StatusUnauthorized || !strings.HasPrefix(w.Body.String(), "authentication-required") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// What is around a route has no say in whether the route is guarded.
// SECURITY AUT-01.
func TestAUT01_AroundDoesNotHideAnUnguardedHandler(t *testing.T) {
	around := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Around", "yes")
			h.ServeHTTP(w, r)
		})
	}
	frame, _ := newFrame()
	open := frame.Handler(func(http.ResponseWriter, *http.Request) error { return nil })
	if _, err := authn.NewRouter(frame, []authn.Route{{Method: "GET", Path: "/a", Around: around, Handler: open}}); err == nil {
		t.Error("a route without a guard was accepted")
	}

	router, err := authn.NewRouter(frame, []authn.Route{{Method: "GET", Path: "/a", Public: true, Around: around, Handler: open}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	router.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/a", nil))
	if w.Header().Get("X-Around") != "yes" {
		t.Error("what is around the route was not asked")
	}
}

func TestDecodeEither(t *testing.T) {
	type body struct {
		Email    string `json:"email"`
		Remember bool   `json:"remember,omitempty"`
	}
	for name, c := range map[string]struct {
		contentType, text string
		want              body
		err               error
	}{
		"JSON":                  {"application/json", `{"email":"a","remember":true}`, body{"a", true}, nil},
		"a form":                {"application/x-www-form-urlencoded", "email=a&remember=true", body{"a", true}, nil},
		"a form with a charset": {"application/x-www-form-urlencoded; charset=utf-8", "email=a", body{"a", false}, nil},
		"JSON called a form":    {"application/x-www-form-urlencoded", `{"email":"a"}`, body{}, authn.ErrInvalidRequest},
		"a form called JSON":    {"application/json", "email=a", body{}, authn.ErrInvalidRequest},
		"a form with too much":  {"application/x-www-form-urlencoded", "email=a&role=admin", body{}, authn.ErrInvalidRequest},
		"text":                  {"text/plain", "email=a", body{}, authn.ErrUnsupportedMediaType},
		"parts":                 {"multipart/form-data; boundary=x", "--x--", body{}, authn.ErrUnsupportedMediaType},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.text))
			r.Header.Set("Content-Type", c.contentType)
			got, err := authn.DecodeEither[body](httptest.NewRecorder(), r)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("%+v, %v; want %+v, %v", got, err, c.want, c.err)
			}
		})
	}
}

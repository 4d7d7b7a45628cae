package authn_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

func newRouter(t testing.TB) http.Handler {
	t.Helper()
	g, _, _, _ := newGuard()
	f, _ := newFrame()
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Method, " ", r.PathValue("id"))
	})
	guarded := g.Require(nil)(echo)
	router, err := authn.NewRouter(f, []authn.Route{
		{Method: "POST", Path: "/auth/session", Public: true, Handler: echo},
		{Method: "GET", Path: "/auth/me", Handler: guarded},
		{Method: "GET", Path: "/auth/sessions", Handler: guarded},
		{Method: "GET", Path: "/auth/sessions/current", Handler: guarded},
		{Method: "DELETE", Path: "/auth/sessions", Handler: guarded},
		{Method: "DELETE", Path: "/auth/sessions/{id}", Handler: guarded},
		{Method: "PUT", Path: "/auth/sessions/{name}", Handler: guarded},
	})
	if err != nil {
		t.Fatal(err)
	}
	return router
}

func TestRouter(t *testing.T) {
	router := newRouter(t)
	for _, tt := range []struct{ method, path, want string }{
		{"POST", "/auth/session", "200 POST "},
		{"GET", "/auth/me", "200 GET "},
		{"GET", "/auth/me?x=//../", "200 GET "},
		{"HEAD", "/auth/me", "200 HEAD "},
		{"DELETE", "/auth/sessions/a-1", "200 DELETE a-1"},
		{"DELETE", "/auth/sessions/a%20b", "200 DELETE a b"},
		{"DELETE", "/auth/sessions/current", "200 DELETE current"},
	} {
		if got := body(t, do(router, tt.method, tt.path, "Token", "t")); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.method, tt.path, got, tt.want)
		}
	}
}

// SECURITY WEB-11.
func TestWEB11_WrongMethodIs405WithAllow(t *testing.T) {
	router := newRouter(t)
	for _, tt := range []struct{ method, path, allow string }{
		{"GET", "/auth/session", "POST"},
		{"HEAD", "/auth/session", "POST"},
		{"OPTIONS", "/auth/session", "POST"},
		{"POST", "/auth/me", "GET, HEAD"},
		{"OPTIONS", "/auth/me", "GET, HEAD"},
		{"TRACE", "/auth/me", "GET, HEAD"},
		{"get", "/auth/me", "GET, HEAD"},
		{"PATCH", "/auth/sessions", "DELETE, GET, HEAD"},
		{"POST", "/auth/sessions/current", "DELETE, GET, HEAD, PUT"},
		{"POST", "/auth/sessions/7", "DELETE, PUT"},
	} {
		r := httptest.NewRequest("GET", tt.path, nil)
		r.Method = tt.method
		res := serve(router, r)
		wantProblem(t, res, authn.CodeMethodNotAllowed)
		if got := res.Header.Get("Allow"); got != tt.allow {
			t.Errorf("%s %s: Allow = %q, want %q", tt.method, tt.path, got, tt.allow)
		}
	}
}

// unclean are spellings of /auth/me that some server in front may take for it.
var unclean = []string{
	"//auth/me", "/auth//me", "/auth/x/../me", "/auth/./me", "/auth/me/.", "/auth/me/..", "/auth/me/x/..", "/../auth/me",
	"/auth/%2e/me", "/auth/x/%2e%2e/me", "/auth/x/%2E./me", "/auth%2fme", "/auth/x%2F..%2Fme", "/auth/%2fme", `/auth\me`, "/auth%5cme", "/auth/x/..%5Cme",
	"/.", "/..", "//",
}

// SECURITY AUT-02.
func TestAUT02_OnePathHasOneSpelling(t *testing.T) {
	router := newRouter(t)
	other := []string{"/auth/me;a=b", "/auth;a=b/me", "/auth/me%3ba=b", "/auth/ME", "/Auth/me", "/auth/me/", "/auth/sessions/", "/auth/sessions/7/x",
		"/auth/me%23", "/auth/me%3f", "/auth/me%00", "/auth/me%20", "/auth/", "/auth", "/", "/auth/%252e%252e/me"}
	for _, path := range append(other, unclean...) {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "DELETE", "POST", "CONNECT"} {
			// With a good credential, so that nothing else can refuse it.
			r := httptest.NewRequest("GET", "/", nil)
			u, err := url.ParseRequestURI(path)
			if err != nil {
				t.Fatal(err)
			}
			r.Method, r.URL, r.RequestURI = method, u, path
			r.Header.Set("Token", "t")
			res := serve(router, r)
			t.Run(method+" "+path, func(t *testing.T) { wantProblem(t, res, authn.CodeNotFound) })
		}
	}
}

// SECURITY AUT-02.
func TestAUT02_EmptyAndStarredPaths(t *testing.T) {
	for _, u := range []*url.URL{{}, {Path: "*"}, {Path: "auth/me"}} {
		r := httptest.NewRequest("OPTIONS", "/", nil)
		r.URL = u
		wantProblem(t, serve(newRouter(t), r), authn.CodeNotFound)
	}
}

// SECURITY AUT-02.
func TestAUT02_CleanPaths(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Path) })
	h := authn.CleanPaths(mux)
	for _, path := range unclean {
		r := httptest.NewRequest("GET", "/", nil)
		u, err := url.ParseRequestURI(path)
		if err != nil {
			t.Fatal(err)
		}
		r.URL = u
		res := serve(h, r)
		t.Run(path, func(t *testing.T) { wantProblem(t, res, authn.CodeNotFound) })
	}
	for _, path := range []string{"/", "/a/", "/.well-known/jwks.json", "/a..b/..c/d..", "/...", "/a;b=c", "/a%20b", "/%252e", "/50%25"} {
		if got := do(h, "GET", path).StatusCode; got != http.StatusOK {
			t.Errorf("%s: %d", path, got)
		}
	}
}

// SECURITY AUT-01.
func TestAUT01_RoutesAreGuardedUnlessPublic(t *testing.T) {
	g, _, _, _ := newGuard()
	f, _ := newFrame()
	for name, h := range map[string]http.Handler{"plain": whoami, "optional": g.Optional()(whoami)} {
		_, err := authn.NewRouter(f, []authn.Route{{Method: "GET", Path: "/me", Handler: h}})
		if err == nil || !strings.Contains(err.Error(), "GET /me") {
			t.Errorf("%s: error = %v", name, err)
		}
	}
	// AUT-01: walk the table.
	routes := []authn.Route{
		{Method: "GET", Path: "/me", Handler: g.Require(nil)(whoami)},
		{Method: "POST", Path: "/session", Public: true, Handler: whoami},
	}
	router, err := authn.NewRouter(f, routes)
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range routes {
		want := http.StatusUnauthorized
		if route.Public {
			want = http.StatusOK
		}
		if got := do(router, route.Method, route.Path).StatusCode; got != want {
			t.Errorf("%s %s: %d, want %d", route.Method, route.Path, got, want)
		}
	}
}

func TestNewRouterRefuses(t *testing.T) {
	f, _ := newFrame()
	ok := authn.Route{Method: "GET", Path: "/a/{id}", Public: true, Handler: whoami}
	for _, bad := range []authn.Route{
		{Method: "GET", Path: "/a/{id}", Public: true, Handler: whoami},
		{Method: "GET", Path: "/a/{name}", Public: true, Handler: whoami},
		{Method: "GET", Path: "/{x}/b", Public: true, Handler: whoami}, // conflicts
		{Method: "GET", Path: "/b", Public: true},
		{Method: "", Path: "/b", Public: true, Handler: whoami},
		{Method: "get", Path: "/b", Public: true, Handler: whoami},
		{Method: "G T", Path: "/b", Public: true, Handler: whoami},
		{Method: "GET", Path: "", Public: true, Handler: whoami},
		{Method: "GET", Path: "b", Public: true, Handler: whoami},
		{Method: "GET", Path: "host/b", Public: true, Handler: whoami},
		{Method: "GET", Path: "/b/", Public: true, Handler: whoami},
		{Method: "GET", Path: "/b/{$}", Public: true, Handler: whoami},
		{Method: "GET", Path: "/b/{rest...}", Public: true, Handler: whoami},
		{Method: "GET", Path: "/b/{", Public: true, Handler: whoami},
		{Method: "GET", Path: "/b//c", Public: true, Handler: whoami},
	} {
		if _, err := authn.NewRouter(f, []authn.Route{ok, bad}); err == nil {
			t.Errorf("%s %s is accepted", bad.Method, bad.Path)
		}
	}
}

// Whatever the path, there is no redirect, and the guarded handler is reached by
// its own spelling alone.
func FuzzRouter(f *testing.F) {
	for _, path := range unclean {
		f.Add(path)
	}
	router := newRouter(f)
	f.Fuzz(func(t *testing.T, path string) {
		u, err := url.ParseRequestURI(path)
		if err != nil {
			return
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.URL = u
		r.Header.Set("Token", "t")
		res := serve(router, r)
		known := u.EscapedPath() == "/auth/me" || u.EscapedPath() == "/auth/sessions" || u.EscapedPath() == "/auth/sessions/current"
		if res.StatusCode == http.StatusOK && !known || res.StatusCode >= 300 && res.StatusCode < 400 {
			t.Fatalf("%q: %d", path, res.StatusCode)
		}
	})
}

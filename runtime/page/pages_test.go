package page_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/page"
	"github.com/authgen-go/authgen/runtime/session"
)

func show(p *page.Pages, name page.Name, path string, add func(*page.View)) *httptest.ResponseRecorder {
	return serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := p.Show(w, r, name, add); err != nil {
			panic(err)
		}
	}), httptest.NewRequest(http.MethodGet, path, nil))
}

// SECURITY WEB-09.
func TestWEB09_PagesAllowNothingButThemselves(t *testing.T) {
	p := newPages(t)
	outside := regexp.MustCompile(`(?i)<script|<iframe|<object|<embed|<base|\son[a-z]+=|\sstyle=|javascript:|(src|href|action)="(https?:)?//`)
	for _, name := range []page.Name{page.Login, page.Register, page.Confirm, page.Password, page.Devices, page.Error} {
		w := show(p, name, "/auth/x?return_to=%2Forders&notice=registered", nil)
		shows(t, w, http.StatusOK, `<html lang="en">`, `<h1>`, `name="viewport"`)
		h := w.Header()
		if got := h.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; ") || strings.Contains(got, "unsafe") ||
			strings.Contains(got, "script") || !strings.Contains(got, "frame-ancestors 'none'") || !strings.Contains(got, "base-uri 'none'") {
			t.Errorf("%s: the policy is %s", name, got)
		}
		// With "no-referrer" alone browsers send "Origin: null" with a form.
		if got := h.Get("Referrer-Policy"); got != "no-referrer, same-origin" {
			t.Errorf("%s: the referrer policy is %s", name, got)
		}
		if found := outside.FindString(w.Body.String()); found != "" {
			t.Errorf("%s holds %q: %s", name, found, w.Body)
		}
	}
}

// SECURITY WEB-05.
func TestWEB05_PagesKeepOnlyPathsOfTheApplication(t *testing.T) {
	p := newPages(t)
	shows(t, show(p, page.Login, "/auth/login?return_to=%2Forders%3Fa%3D1", nil), http.StatusOK,
		`action="/auth/session?return_to=%2Forders%3Fa%3D1"`, `href="/auth/register?return_to=%2Forders%3Fa%3D1"`)
	w := show(p, page.Login, "/auth/login?return_to=%2F%2Fevil.example&return_to=%2Fx", nil)
	shows(t, w, http.StatusOK, `action="/auth/session"`, `href="/auth/register"`)
	if strings.Contains(w.Body.String(), "evil") {
		t.Errorf("the page keeps a hostile address: %s", w.Body)
	}
}

// A notice stands in the address, where anybody may write it.
func TestOnlyKnownNoticesAreShown(t *testing.T) {
	p := newPages(t)
	shows(t, show(p, page.Login, "/auth/login?notice=logged-out", nil), http.StatusOK, `role="status"`, "You are logged out.")
	for _, notice := range []string{"", "Call+555-1234", "%3Cb%3E", "LOGGED-OUT"} {
		if body := show(p, page.Login, "/auth/login?notice="+notice, nil).Body.String(); strings.Contains(body, `role="status"`) || strings.Contains(body, "555") {
			t.Errorf("%q is shown: %s", notice, body)
		}
	}
}

func TestDevicesAreReadable(t *testing.T) {
	list := []session.Session[int64]{
		{ID: "AAA", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Addr: session.ParseIP("192.0.2.7"), CreatedAt: now.Add(-time.Hour), LastSeenAt: now},
		{ID: "BBB", UserAgent: "<b>\"curl", CreatedAt: now.Add(-72 * time.Hour), LastSeenAt: now.Add(-5 * time.Minute)},
	}
	w := show(newPages(t), page.Devices, "/auth/devices", func(v *page.View) { v.Devices = page.DevicesOf([]session.Session[int64]{list[1], list[0]}, "AAA") })
	shows(t, w, http.StatusOK, "Firefox on Linux", "192.0.2.7", "This device", `aria-current="true"`, "5 minutes ago", "1 Mar 2026, 05:06 UTC", `action="/auth/sessions/BBB/end"`, `id="end-others"`)
	if body := w.Body.String(); strings.Index(body, "Firefox") > strings.Index(body, "BBB") || strings.Contains(body, "AAA/end") || strings.Contains(body, "<b>") || strings.Count(body, `aria-current="true"`) != 1 {
		t.Errorf("the page is %s", body)
	}

	w = show(newPages(t), page.Devices, "/auth/devices", func(v *page.View) { v.Devices = page.DevicesOf(list[:1], "AAA") })
	if strings.Contains(w.Body.String(), "end-others") {
		t.Errorf("a single device has others to end: %s", w.Body)
	}
}

func TestPagesShowWhatTheSpecAllows(t *testing.T) {
	closed := newPages(t, func(c *page.Config) { c.Register, c.Remember = false, 0 })
	if body := show(closed, page.Login, "/", nil).Body.String(); strings.Contains(body, "register") || strings.Contains(body, "remember") {
		t.Errorf("the page offers what there is not: %s", body)
	}
	shows(t, show(newPages(t), page.Login, "/", nil), http.StatusOK, "Keep me logged in for 30 days", "/auth/register")
}

// SECURITY AUT-01.
func TestAUT01_APageWithoutALoginLeadsToOne(t *testing.T) {
	p := newPages(t)
	ask := func(method, path string, err error) *httptest.ResponseRecorder {
		return serve(p.Page(endpoint(err)), httptest.NewRequest(method, path, nil))
	}
	leads(t, ask(http.MethodGet, "/orders?a=1", authn.ErrAuthenticationRequired), "/auth/login?return_to=%2Forders%3Fa%3D1")
	leads(t, ask(http.MethodHead, "/orders", authn.ErrAuthenticationRequired), "/auth/login?return_to=%2Forders")
	leads(t, ask(http.MethodPost, "/orders", authn.ErrAuthenticationRequired), "/auth/login")
	leads(t, ask(http.MethodGet, "/a//b", authn.ErrAuthenticationRequired), "/auth/login")
	leads(t, ask(http.MethodGet, "/orders", authn.ErrReauthenticationRequired), "/auth/confirm?return_to=%2Forders")
	shows(t, ask(http.MethodGet, "/orders", authn.NewProblem(authn.CodeInsufficientRole, "You may not.")), http.StatusForbidden, `role="alert"`, "You may not.")

	w := ask(http.MethodGet, "/orders", errors.New("dial tcp: refused"))
	shows(t, w, http.StatusServiceUnavailable, `role="alert"`, w.Header().Get("X-Request-Id"))
	if w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "dial") {
		t.Errorf("%v: %s", w.Header(), w.Body)
	}
	if w := ask(http.MethodGet, "/orders", nil); w.Code != http.StatusOK || w.Body.String() != "\"the body\"\n" {
		t.Errorf("a page that is shown is changed: %d %s", w.Code, w.Body)
	}
}

func TestWhoIsSignedInIsShown(t *testing.T) {
	p := newPages(t)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _ = p.Show(w, r, page.Password, nil) })
	r := httptest.NewRequest(http.MethodGet, "/auth/password", nil)
	shows(t, serve(h, r.WithContext(context.WithValue(r.Context(), emailKey{}, "ann@app.example"))), http.StatusOK, "ann@app.example", `id="logout"`)
	if w := serve(h, r); strings.Contains(w.Body.String(), `id="logout"`) {
		t.Errorf("nobody can log out: %s", w.Body)
	}
}

func TestTheStyleSheetIsKeptUnderItsOwnAddress(t *testing.T) {
	p := newPages(t)
	address := regexp.MustCompile(`href="([^"]*style\.css[^"]*)"`).FindStringSubmatch(show(p, page.Login, "/", nil).Body.String())[1]
	w := serve(p.Style(), httptest.NewRequest(http.MethodGet, address, nil))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	r := httptest.NewRequest(http.MethodGet, "/auth/pages/style.css?v=0", nil)
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	if w := serve(p.Style(), r); w.Code != http.StatusNotModified || w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

// A mistake in a template stops the start, not a visitor.
func TestNewTriesEveryTemplate(t *testing.T) {
	for name, c := range map[string]struct {
		change func(fstest.MapFS)
		want   string
	}{
		"missing page":         {func(f fstest.MapFS) { delete(f, "confirm.html") }, "confirm.html"},
		"missing layout":       {func(f fstest.MapFS) { delete(f, "layout.html") }, "layout.html"},
		"missing style sheet":  {func(f fstest.MapFS) { delete(f, "style.css") }, "style.css"},
		"does not parse":       {func(f fstest.MapFS) { f["login.html"] = &fstest.MapFile{Data: []byte("{{if}}")} }, "login.html"},
		"unknown field":        {func(f fstest.MapFS) { replace(f, "devices.html", ".Devices", ".Gadgets") }, "Gadgets"},
		"unknown inner field":  {func(f fstest.MapFS) { replace(f, "devices.html", ".IP", ".Town") }, "Town"},
		"unknown function":     {func(f fstest.MapFS) { replace(f, "login.html", "span .Remember", "years .Remember") }, "years"},
		"unknown problem part": {func(f fstest.MapFS) { replace(f, "layout.html", "{{.Text}}", "{{.Words}}") }, "Words"},
		"without a content":    {func(f fstest.MapFS) { replace(f, "error.html", `"content"`, `"contents"`) }, "content"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t)
			files := shipped(t)
			c.change(files)
			cfg.Templates = files
			if _, err := page.New(cfg); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want an error that names %s", err, c.want)
			}
		})
	}
}

func replace(files fstest.MapFS, name, old, text string) {
	files[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(files[name].Data), old, text))}
}

func TestNewRefusesAConfigWithoutSense(t *testing.T) {
	for name, change := range map[string]func(*page.Config){
		"no templates":      func(c *page.Config) { c.Templates = nil },
		"no base URL":       func(c *page.Config) { c.BaseURL = nil },
		"no email":          func(c *page.Config) { c.Email = nil },
		"a bare prefix":     func(c *page.Config) { c.Prefix = "auth" },
		"a prefix too long": func(c *page.Config) { c.Prefix = "/auth/" },
		"another site":      func(c *page.Config) { c.Home = "https://evil.example" },
		"no path":           func(c *page.Config) { c.Home = "//evil.example" },
	} {
		cfg := config(t)
		change(&cfg)
		if _, err := page.New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

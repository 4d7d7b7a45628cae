package oauth_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/oauth"
	"github.com/authgen-go/authgen/runtime/oauth/oauthtest"
)

// badAnswers are what a broken provider may answer, anywhere. Reasons are those of the log.
func badAnswers(elsewhere string) map[string]struct {
	answer  http.HandlerFunc
	reasons string
} {
	type bad = struct {
		answer  http.HandlerFunc
		reasons string
	}
	return map[string]bad{
		"slow": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "timeout"},
		"slow to the end": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "{")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, "timeout"},
		"huge, as it says": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1048577")
			_, _ = io.WriteString(w, strings.Repeat(" ", 1<<20+1))
		}, "too-large"},
		"huge, as it does not say": {func(w http.ResponseWriter, _ *http.Request) {
			for range 64 {
				_, _ = io.WriteString(w, strings.Repeat(" ", 1<<15))
				_ = http.NewResponseController(w).Flush()
			}
		}, "too-large bad-answer"},
		"huge in its header": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X", strings.Repeat("x", 1<<17))
		}, "unreachable"},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusFound)
		}, "unexpected-status"},
		"a redirect that keeps the method": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
		}, "unexpected-status"},
		"HTML": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html><script>alert(1)</script></html>")
		}, "bad-answer"},
		"plain text": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, "<script>alert(1)</script>")
		}, "bad-answer"},
		"an empty body": {func(http.ResponseWriter, *http.Request) {}, "bad-answer"},
		"an array":      {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "[]") }, "bad-answer"},
		"500": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":"<script>alert(1)</script>"}`, http.StatusInternalServerError)
		}, "unexpected-status"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"access_token"`)
		}, "unreachable bad-answer"},
		"hung up": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "unreachable"},
		"no HTTP": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "<script>alert(1)</script>\r\n\r\n")
				_ = conn.Close()
			}
		}, "unreachable"},
	}
}

// SECURITY OAC-10, F-27.
func TestOAC10_ProvidersThatAnswerBadly(t *testing.T) {
	paths := map[string]string{
		oauthtest.PathConfiguration: "the configuration",
		oauthtest.PathToken:         "the token endpoint",
		oauthtest.PathUserInfo:      "userinfo",
	}
	elsewhere := oauthtest.New(t)
	for path, what := range paths {
		for how, bad := range badAnswers(elsewhere.URL() + "/canary") {
			t.Run(what+" is "+how, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, func(c *oauth.Config, _ *oauthtest.Provider) {
					if strings.HasPrefix(how, "slow") {
						c.Timeout = 500 * time.Millisecond
					}
				})
				reasons := bad.reasons
				if path != oauthtest.PathToken { // there x/oauth2 does not say how an answer could not be read
					reasons, _, _ = strings.Cut(reasons, " ")
				}
				m := oauthtest.Misdeeds{Answers: map[string]http.HandlerFunc{path: bad.answer}}
				if path == oauthtest.PathUserInfo {
					m.Claims = func(c map[string]any) { delete(c, "email") }
				}
				b.provider.Misbehave(m)
				br := make(browser)
				w := newRecorder()
				location, err := b.Begin(w, br.request(http.MethodGet, "/"), name, oauth.Flow{})
				br.takes(w)
				calls := 0
				if err == nil {
					calls = 1
					callback := b.provider.Browse(t, location)
					kept := br.copied()
					_, err = b.comes(br, name, callback)
					b.isBroken(how, err, reasons)
					// The flow is over all the same, and the code is not sent again.
					_, err = b.comes(kept, name, callback)
					b.refused("again", err, oauth.ErrState, "used-state")
				} else {
					b.isBroken(how, err, reasons)
				}
				b.tokenCalls(how, calls)
				b.asked(how, path, 1)
			})
		}
	}
	t.Cleanup(func() {
		if n := elsewhere.Calls("/canary"); n != 0 {
			t.Errorf("%d redirects were followed", n)
		}
	})
}

// isBroken fails the test unless err is that of a provider that is broken, for one of some
// reasons.
func (b *bench) isBroken(what string, err error, reasons string) {
	b.Helper()
	events := b.events.Events()
	if len(events) == 0 || !strings.Contains(reasons, events[len(events)-1].Reason) {
		b.Errorf("%s: events %+v, want one of %s", what, events, reasons)
		return
	}
	b.events.Reset()
	if w := answers(err); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "script") || w.Header().Get("Retry-After") == "" {
		b.Errorf("%s: %v is answered %d %s", what, err, w.Code, w.Body)
	}
}

// All that one callback asks of a provider has one time together. SECURITY OAC-10.
func TestOAC10_AllCallsTogetherHaveOneTime(t *testing.T) {
	b := newBench(t, func(c *oauth.Config, _ *oauthtest.Provider) { c.Timeout = 300 * time.Millisecond })
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
	b.provider.Misbehave(oauthtest.Misdeeds{Answers: map[string]http.HandlerFunc{
		oauthtest.PathToken: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	}})
	began := time.Now()
	_, err := b.comes(br, name, callback)
	b.refused("slow", err, oauth.ErrProvider, "timeout")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

// A certificate that nobody trusts, and TLS that is too old. SECURITY OAC-10.
func TestOAC10_CertificatesAreVerified(t *testing.T) {
	b := newBenchOf(t, oauthtest.NewTLS(t))
	b.fails("an unknown authority", "unreachable")
	if !strings.Contains(b.provider.URL(), "https://") {
		t.Fatal("the provider has no TLS")
	}
}

// The proxy of the environment would see codes and secrets. SECURITY OAC-10.
func TestOAC10_NoProxyOfTheEnvironment(t *testing.T) {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer func() { _ = listener.Close() }()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, "http://"+listener.Addr().String())
	}
	transport := oauth.Transport(t)
	if transport.Proxy != nil {
		t.Error("a proxy may be used")
	}
	if !transport.DisableKeepAlives || !transport.DisableCompression {
		t.Error("connections are kept, or answers are decompressed")
	}
}

// A provider says of codes what it likes in words; what is shown is ours.
// SECURITY OAC-09.
func TestOAC09_CodesThatAreNotTaken(t *testing.T) {
	b := newBench(t)
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
	_, err := b.comes(br, name, with(callback, "code", "made-up"))
	b.refused("a made-up code", err, oauth.ErrRefused, "code-refused")
	if w := answers(err); w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "script") {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
}

// SECURITY OAC-10: a token that is no bearer token is of no use.
func TestOAC10_TokensThatAreNone(t *testing.T) {
	for what, change := range map[string]func(map[string]any){
		"of another type":  func(m map[string]any) { m["token_type"] = "dpop" },
		"missing":          func(m map[string]any) { delete(m, "access_token") },
		"empty":            func(m map[string]any) { m["access_token"] = "" },
		"no ID token":      func(m map[string]any) { delete(m, "id_token") },
		"ID token is null": func(m map[string]any) { m["id_token"] = nil },
	} {
		b := newBench(t)
		b.provider.Misbehave(oauthtest.Misdeeds{Token: change})
		_, err := b.login(name, oauth.Flow{})
		b.refused(what, err, oauth.ErrProvider, "bad-answer")
	}
}

package oauthserver_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/oauthserver"
	"github.com/authgen-go/authgen/runtime/ratelimit"
	"github.com/authgen-go/authgen/runtime/refresh"
)

// SECURITY ERR-02.
func TestERR02_ErrorsOfRFC6749(t *testing.T) {
	frame := &authn.Frame{Logger: discard(), Challenges: func() []string { return []string{`Bearer realm="auth"`} }}
	b := &bench{TB: t}
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{oauthserver.ErrInvalidClient, 401, "invalid_client"},
		{authn.ErrStrategyRetired, 401, "invalid_client"},
		{oauthserver.ErrUnauthorizedClient, 400, "unauthorized_client"},
		{oauthserver.ErrUnsupportedGrantType, 400, "unsupported_grant_type"},
		{oauthserver.ErrInvalidScope, 400, "invalid_scope"},
		{refresh.ErrInvalidGrant, 400, "invalid_grant"},
		{authn.ErrInvalidRequest, 400, "invalid_request"},
		{authn.ErrTooLarge, 413, "invalid_request"},
		{authn.ErrUnsupportedMediaType, 415, "invalid_request"},
		{authn.ErrMethodNotAllowed.WithAllow("POST"), 405, "invalid_request"},
		{authn.ErrNotFound, 404, "invalid_request"},
		{ratelimit.ErrLimited.WithRetryAfter(time.Minute), 429, "temporarily_unavailable"},
		{authn.ErrUnavailable, 503, "temporarily_unavailable"},
		{errDown, 503, "temporarily_unavailable"},
		{fmt.Errorf("find: %w", errDown), 503, "temporarily_unavailable"},
		{authn.ErrInternal, 500, "server_error"},
		{authn.ErrAuthenticationRequired, 401, "invalid_request"}, // of somebody else; no challenge of ours goes with it
	} {
		h := oauthserver.Around(frame.Handler(func(http.ResponseWriter, *http.Request) error { return c.err }))
		a := answer{ResponseRecorder: httptest.NewRecorder()}
		h.ServeHTTP(a.ResponseRecorder, httptest.NewRequest(http.MethodPost, "/", nil))
		a = parsed(t, a)
		b.refused(c.err.Error(), a, c.status, c.code)
		if strings.Contains(a.Body.String(), "10.9.8.7") {
			t.Errorf("%v: it says %s", c.err, a.Body)
		}
	}
	// A panic is no other error (SECURITY ERR-04).
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	oauthserver.Around(frame.Handler(func(http.ResponseWriter, *http.Request) error { panic(errDown) })).
		ServeHTTP(a.ResponseRecorder, httptest.NewRequest(http.MethodPost, "/", nil))
	b.refused("a panic", parsed(t, a), 500, "server_error")
}

// RFC 6749 section 5.2 says which characters a description has.
func TestDescriptionsArePrintable(t *testing.T) {
	w := httptest.NewRecorder()
	detail := "A \"member\" with a \\ and an é,\nor\x00 more\x7f."
	oauthserver.Render(w, nil, authn.ErrInvalidRequest.WithDetail(detail).WithCause(errors.New("secret")), "id")
	if want := `{"error":"invalid_request","error_description":"A 'member' with a  and an ,or more."}`; strings.TrimSpace(w.Body.String()) != want {
		t.Errorf("got %s, want %s", w.Body, want)
	}
}

// SECURITY F-06: nobody is told that a credential is bad because it could not be checked,
// and an outage is logged once.
func TestF06_WithoutAStore(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	s := b.signer(t)
	access := b.access(c.ID, secret)
	b.store.down()
	for range 3 {
		for _, path := range []string{tokenPath, revokePath, introspectPath} {
			for _, secret := range []string{secret, oauthserver.Forge()} {
				b.refused(path, b.as(c.ID, secret, path, "grant_type", "client_credentials", "token", access), 503, "temporarily_unavailable")
			}
			b.refused(path+" by assertion", s.post(path, s.assertion(nil), "grant_type", "client_credentials", "token", access), 503, "temporarily_unavailable")
		}
	}
	if n := strings.Count(b.log.String(), "store unavailable"); n != 3 { // once for each endpoint
		t.Errorf("the log says it %d times:\n%s", n, b.log)
	}
	b.store.up()
	b.access(c.ID, secret)
	if a := s.get(s.assertion(nil)); a.Code != http.StatusOK {
		t.Errorf("up again: %d %s", a.Code, a.Body)
	}
}

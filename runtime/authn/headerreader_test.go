package authn_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

// keyed finds its credential in a header of its own.
type keyed struct{}

func (keyed) Name() string                { return "keyed" }
func (keyed) Header() string              { return "X-Key" }
func (keyed) Challenge(error) string      { return `Key realm="auth"` }
func (keyed) Presents(*http.Request) bool { return true }

func (keyed) Authenticate(r *http.Request, _ http.Header) (string, error) {
	if key := r.Header.Get("X-Key"); key != "" {
		return key, nil
	}
	return "", authn.ErrNoCredential
}

// SECURITY DUAL-06.
func TestDUAL06_AnswersVaryByTheHeaderOfAStrategy(t *testing.T) {
	h := authn.NewGuard[string](&authn.Frame{}, keyed{}).Require(nil)(http.NotFoundHandler())
	for _, key := range []string{"", "a key"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Key", key)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Vary"); got != "Authorization, Cookie, X-Key" {
			t.Errorf("with %q: Vary: %s", key, got)
		}
	}
}

package session_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
)

// SECURITY DUAL-05.
func TestDUAL05_NoSessionIsMadeFromTheSunsetOn(t *testing.T) {
	sunset := start.Add(20 * time.Minute).Truncate(time.Microsecond)
	b := newBench(t, func(c *config) { c.Sunset = sunset })
	b.clock.advance(20*time.Minute - time.Second)
	s, old := b.login(b.ada)
	b.must(b.Retired())

	b.clock.advance(time.Second)
	b.is("Retired", b.Retired(), authn.ErrStrategyRetired)
	w := recorder()
	_, err := b.Start(w, b.request(http.MethodPost), b.ada, b.ada.ID)
	b.is("Start", err, authn.ErrStrategyRetired)
	_, err = b.StartRemembered(w, b.request(http.MethodPost), b.ada, b.ada.ID)
	b.is("StartRemembered", err, authn.ErrStrategyRetired)
	_, err = b.StartFrom(w, b.request(http.MethodPost), b.ada, b.ada.ID, start)
	b.is("StartFrom", err, authn.ErrStrategyRetired)
	_, _, err = b.Create(t.Context(), b.ada.ID, b.ada.Version)
	b.is("Create", err, authn.ErrStrategyRetired)
	b.is("Renew", b.Renew(w, b.request(http.MethodPost, old), s, b.ada.Version), authn.ErrStrategyRetired)
	if len(w.Result().Cookies()) != 0 {
		t.Errorf("a cookie is set: %v", w.Header())
	}
	b.must(b.End(w, b.request(http.MethodDelete, old))) // what is there can still be ended
}

func TestStartFromIsNoMoreRecentThanWhatItComesFrom(t *testing.T) {
	b := newBench(t)
	b.clock.advance(10 * time.Hour)
	now := b.clock.now().UTC().Truncate(time.Microsecond)
	for name, tt := range map[string]struct{ given, want time.Time }{
		"an old login":    {start, start.Truncate(time.Microsecond)},
		"a moment ago":    {now.Add(-time.Second), now.Add(-time.Second)},
		"in the future":   {now.Add(time.Hour), now},
		"nobody can tell": {time.Time{}, time.Time{}},
	} {
		w := recorder()
		s, err := b.StartFrom(w, b.request(http.MethodPost), b.ada, b.ada.ID, tt.given)
		b.must(err)
		if !s.AuthenticatedAt.Equal(tt.want) || !s.CreatedAt.Equal(now) || !s.ExpiresAt.Equal(now.Add(time.Hour)) {
			t.Errorf("%s: %+v, want a login at %v", name, s, tt.want)
		}
		found, _, err := b.Authenticate(b.request(http.MethodGet, b.cookie(w).Value))
		b.must(err)
		if !found.AuthenticatedAt.Equal(tt.want) {
			t.Errorf("%s: kept with a login at %v", name, found.AuthenticatedAt)
		}
	}
}

func TestPresentsIsAMatterOfSyntax(t *testing.T) {
	b := newBench(t)
	b.store.down()
	for _, token := range []string{"", "junk"} {
		if !b.Presents(b.request(http.MethodGet, token)) {
			t.Errorf("a cookie with %q is not seen", token)
		}
	}
	if b.Presents(b.request(http.MethodGet)) {
		t.Error("there is no cookie")
	}
}

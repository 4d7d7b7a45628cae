package session_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/session"
)

const day = 24 * time.Hour

func remembering(c *config) { c.Remember = 30 * day }

// remembered starts a session that is asked to be remembered.
func (b *bench) remembered() (row, *http.Cookie) {
	b.Helper()
	w := httptest.NewRecorder()
	s, err := b.StartRemembered(w, b.request(http.MethodPost), b.ada, b.ada.ID)
	b.must(err)
	return s, b.cookie(w)
}

// SECURITY SES-05.
func TestSES05_ARememberedSessionLivesAsLongAsConfigured(t *testing.T) {
	b := newBench(t, remembering)
	s, cookie := b.remembered()
	if !s.Remembered || !s.ExpiresAt.Equal(s.CreatedAt.Add(30*day)) || cookie.MaxAge != int(30*day/time.Second) {
		t.Errorf("expires %v after %v, Max-Age %d", s.ExpiresAt, s.CreatedAt, cookie.MaxAge)
	}
	for range 2 {
		b.clock.advance(15*day - time.Second)
		b.must(b.check(cookie.Value))
	}
	b.clock.advance(2 * time.Second)
	b.is("at the absolute end", b.check(cookie.Value), session.ErrInvalidSession)
}

// SECURITY SES-05.
func TestSES05_ARememberedSessionIdlesForHalfItsLife(t *testing.T) {
	for name, c := range map[string]struct {
		idle, wait time.Duration
		want       error
	}{
		"before half":                  {30 * time.Minute, 15*day - time.Second, nil},
		"at half":                      {30 * time.Minute, 15 * day, session.ErrInvalidSession},
		"when others idle for longer":  {20 * day, 20*day - time.Second, nil},
		"at the idle timeout of those": {20 * day, 20 * day, session.ErrInvalidSession},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, remembering, func(c2 *config) { c2.TTL, c2.IdleTimeout = 25*day, c.idle })
			_, cookie := b.remembered()
			b.clock.advance(c.wait)
			b.is(name, b.check(cookie.Value), c.want)
		})
	}
}

// SECURITY SES-05.
func TestSES05_OthersAreNotRemembered(t *testing.T) {
	b := newBench(t, remembering)
	s, token := b.login(b.ada)
	if s.Remembered || !s.ExpiresAt.Equal(s.CreatedAt.Add(time.Hour)) {
		t.Errorf("remembered %v, expires %v after %v", s.Remembered, s.ExpiresAt, s.CreatedAt)
	}
	b.clock.advance(30 * time.Minute)
	b.is("idle", b.check(token), session.ErrInvalidSession)
}

// Whoever turns the choice off ends what it gave, as far as being idle goes.
// SECURITY SES-05.
func TestSES05_WithoutTheChoiceNobodyIsRemembered(t *testing.T) {
	b := newBench(t)
	s, _ := b.remembered()
	if s.Remembered || !s.ExpiresAt.Equal(s.CreatedAt.Add(time.Hour)) {
		t.Errorf("remembered %v, expires %v after %v", s.Remembered, s.ExpiresAt, s.CreatedAt)
	}
}

// SECURITY SES-04, SES-05.
func TestSES05_ARenewedSessionIsStillRemembered(t *testing.T) {
	b := newBench(t, remembering)
	s, old := b.remembered()
	b.clock.advance(day)
	w := httptest.NewRecorder()
	b.must(b.Renew(w, b.request(http.MethodPost, old.Value), s, 1))
	renewed := b.cookie(w)
	if renewed.MaxAge != int(29*day/time.Second) {
		t.Errorf("Max-Age %d, want the 29 days that are left", renewed.MaxAge)
	}
	b.clock.advance(15*day - time.Second)
	b.must(b.check(renewed.Value))
}

// SECURITY SES-09, STO-05.
func TestSTO05_RememberedSessionsAreSweptLater(t *testing.T) {
	b := newBench(t, remembering)
	b.login(b.ada)
	_, cookie := b.remembered()
	swept := func(want int) {
		t.Helper()
		if n, err := b.Sweep(t.Context()); n != want || err != nil {
			t.Errorf("swept %d, %v; want %d", n, err, want)
		}
	}
	b.clock.advance(15*day - time.Second)
	swept(1)
	b.must(b.check(cookie.Value))
	if list, err := b.List(t.Context(), b.ada.ID, 1); err != nil || len(list) != 1 {
		t.Errorf("listed %v, %v; want the remembered one", list, err)
	}
	b.clock.advance(15*day + time.Second)
	swept(1)
}

func TestConfigRefusesToRememberForLessThanOthersLive(t *testing.T) {
	for _, remember := range []time.Duration{-1, time.Minute, time.Hour} {
		c := config{Store: newBench(t).store, CrossSite: crossSite(t), Remember: remember}
		if _, err := session.New(c); err == nil {
			t.Errorf("Remember %v beside a TTL of an hour was accepted", remember)
		}
	}
}

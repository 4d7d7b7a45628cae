package session

import (
	"net/http"
	"strings"
	"time"
)

const (
	hostPrefix = "__Host-"
	space      = " \t\r\n"
)

// Cookie returns the cookie that carries token, the credential of s. It ends when
// the session ends at the latest. Over https its name begins with "__Host-", so
// that browsers take it from this very host only (SECURITY SES-02).
func (m *Manager[ID, U]) Cookie(token string, s Session[ID]) *http.Cookie {
	c := m.cookie()
	c.Value = token
	c.Expires = s.ExpiresAt
	c.MaxAge = max(1, int(s.ExpiresAt.Sub(m.now())/time.Second))
	return c
}

// ClearCookie makes the browser forget the session, with the same attributes,
// without which it would be another cookie (SECURITY SES-06), and what it has kept of
// the application's pages: some browsers show those again on the way back, although
// they were told to store none. It ends no session; see [Manager.End].
func (m *Manager[ID, U]) ClearCookie(w http.ResponseWriter) {
	c := m.cookie()
	c.Expires = time.Unix(1, 0).UTC()
	c.MaxAge = -1
	w.Header().Set("Clear-Site-Data", `"cache"`)
	setCookie(w, c)
}

func (m *Manager[ID, U]) cookie() *http.Cookie {
	return &http.Cookie{
		Name: m.name, Path: "/", HttpOnly: true, Secure: m.cfg.HTTPS, SameSite: m.cfg.Cookie.SameSite,
	}
}

// setCookie sends c and keeps caches from handing it to others.
func setCookie(w http.ResponseWriter, c *http.Cookie) {
	http.SetCookie(w, c)
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "no-store")
	}
}

// presented returns the value of the session cookie of r and how many there are,
// counting no further than two. It reads names as net/http does, but allocates
// nothing and leaves the other cookies alone, unlike Request.Cookie.
func (m *Manager[ID, U]) presented(r *http.Request) (value string, count int) {
	for _, line := range r.Header["Cookie"] {
		for line != "" && count < 2 {
			var pair string
			pair, line, _ = strings.Cut(line, ";")
			name, v, ok := strings.Cut(strings.Trim(pair, space), "=")
			if ok && strings.TrimRight(name, space) == m.name {
				value = v
				count++
			}
		}
	}
	return value, count
}

// Presents reports whether r carries a session cookie, good or bad.
func (m *Manager[ID, U]) Presents(r *http.Request) bool {
	_, count := m.presented(r)
	return count > 0
}

// credential returns the hash of the token that r carries, if it carries exactly
// one and that is well-formed. Of two cookies of one name nobody can say which is
// meant, and one of them may have been planted.
func (m *Manager[ID, U]) credential(r *http.Request) (Hash, bool) {
	token, count := m.presented(r)
	if count != 1 {
		return Hash{}, false
	}
	return hashToken(token)
}

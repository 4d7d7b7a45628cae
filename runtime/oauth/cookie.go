package oauth

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	hostPrefix = "__Host-"
	cookieName = "oauth-"
	// nameHash is how many characters of a state's hash are in the name of its cookie, so
	// that flows in several tabs do not overwrite each other.
	nameHash = 12

	// maxFlows and maxFlowBytes bound what one browser keeps and so what it sends.
	maxFlows     = 5
	maxFlowBytes = 4096
	// maxSeen bounds how many cookies of a request are looked at.
	maxSeen = 32
)

// nameFor is the name of the cookie for a flow. The hash of the state says nothing of it.
func (s *Service) nameFor(provider string, stateHash []byte) string {
	return s.prefix + provider + "-" + base64.RawURLEncoding.EncodeToString(stateHash)[:nameHash]
}

// providerOf returns the provider in the name of a cookie of ours.
func (s *Service) providerOf(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, s.prefix)
	if !ok || len(rest) < nameHash+2 || rest[len(rest)-nameHash-1] != '-' {
		return "", false
	}
	provider := rest[:len(rest)-nameHash-1]
	return provider, s.clients[provider] != nil
}

// cookie is HttpOnly and has the path "/" and no domain. It is Lax: it comes back when the
// provider sends the browser here, and with nothing that another page sends by itself. Over
// https browsers take it from this very host only.
func (s *Service) cookie(name, value string, life time.Duration) *http.Cookie {
	c := &http.Cookie{
		Name: name, Value: value, Path: "/", HttpOnly: true, Secure: s.https, SameSite: http.SameSiteLaxMode,
		MaxAge: int(life / time.Second),
	}
	if life <= 0 {
		c.MaxAge, c.Expires = -1, time.Unix(1, 0).UTC()
	}
	return c
}

func (s *Service) clearFlow(w http.ResponseWriter, name string) { setCookie(w, s.cookie(name, "", 0)) }

// setCookie sends c and keeps caches from handing it to others.
func setCookie(w http.ResponseWriter, c *http.Cookie) {
	http.SetCookie(w, c)
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "no-store")
	}
}

// findFlow returns the flow of r at a provider that has state, and the name of its cookie,
// or the reason why there is none. Of two cookies of one name nobody can say which is
// meant, and one of them may have been planted.
func (s *Service) findFlow(r *http.Request, provider, state string) (f flow, name, reason string) {
	name = s.nameFor(provider, hashState(state))
	cookies := r.CookiesNamed(name)
	if len(cookies) != 1 {
		return flow{}, "", reasonUnknown
	}
	f, ok := s.openFlow(provider, cookies[0].Value)
	switch {
	case !ok, !f.has(state):
		return flow{}, "", reasonUnknown
	case !f.lives(s.cfg.Now()):
		return flow{}, "", reasonExpired
	}
	return f, name, ""
}

// makeRoom has the browser forget flows, the oldest first, so that with another one of
// size bytes it keeps no more than maxFlows and maxFlowBytes. What is no flow that lives
// goes too.
func (s *Service) makeRoom(w http.ResponseWriter, r *http.Request, size int) {
	type kept struct {
		name string
		size int
		ends int64
	}
	var flows []kept
	seen := 0
	for _, c := range r.Cookies() {
		provider, ours := s.providerOf(c.Name)
		if !ours {
			continue
		}
		if seen++; seen > maxSeen {
			break
		}
		f, ok := s.openFlow(provider, c.Value)
		if !ok || !f.lives(s.cfg.Now()) {
			s.clearFlow(w, c.Name)
			continue
		}
		flows = append(flows, kept{c.Name, len(c.Name) + len(c.Value), f.Ends})
	}
	slices.SortStableFunc(flows, func(a, b kept) int { return cmp.Compare(b.ends, a.ends) })
	for i, f := range flows {
		if size += f.size; i >= maxFlows-1 || size > maxFlowBytes {
			s.clearFlow(w, f.name)
		}
	}
}

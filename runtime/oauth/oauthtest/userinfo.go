package oauthtest

import (
	"encoding/json"
	"net/http"
	"strings"
)

// bearer returns whose access token a request has, and answers one that has none. The lock
// is held.
func (p *Provider) bearer(w http.ResponseWriter, r *http.Request) (User, bool) {
	access, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	u, known := p.access[access]
	if !ok || !known {
		w.WriteHeader(http.StatusUnauthorized)
		return User{}, false
	}
	return u, true
}

func (p *Provider) serveUserInfo(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, ok := p.bearer(w, r)
	if !ok {
		return
	}
	members := map[string]any{"sub": u.Subject, "email": u.Email, "email_verified": u.EmailVerified, "name": u.Name}
	change(p.misdeeds.UserInfo, members)
	writeJSON(w, http.StatusOK, members)
}

// serveGitHubUser is https://docs.github.com/rest/users/users
func (p *Provider) serveGitHubUser(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, ok := p.bearer(w, r)
	if !ok {
		return
	}
	id, err := number(u.Subject)
	if err != nil {
		http.Error(w, "the subject is no number", http.StatusInternalServerError)
		return
	}
	members := map[string]any{"id": id, "login": "ada", "name": u.Name, "email": "in-the-profile@example.com"}
	change(p.misdeeds.UserInfo, members)
	writeJSON(w, http.StatusOK, members)
}

// serveGitHubEmails is https://docs.github.com/rest/users/emails
func (p *Provider) serveGitHubEmails(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if u, ok := p.bearer(w, r); ok {
		writeJSON(w, http.StatusOK, []map[string]any{
			{"email": "other@example.com", "primary": false, "verified": true},
			{"email": u.Email, "primary": true, "verified": u.EmailVerified},
		})
	}
}

func number(text string) (json.Number, error) {
	n := json.Number(text)
	_, err := n.Int64()
	return n, err
}

package oauthtest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// serveToken gives tokens for a code.
func (p *Provider) serveToken(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.RawQuery != "" {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "invalid_request"})
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keep(r.PostForm.Get("code_verifier"), r.PostForm.Get("client_secret"))
	if !p.isClient(r) {
		writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client", "error_description": "<script>alert(1)</script>"})
		return
	}
	g := p.grants[r.PostForm.Get("code")]
	if g == nil || g.used || r.PostForm.Get("grant_type") != "authorization_code" ||
		g.redirectURI != r.PostForm.Get("redirect_uri") || g.challenge != digest(r.PostForm.Get("code_verifier")) {
		p.refuseCode(w, r)
		return
	}
	g.used = true
	p.give(w, r, g)
}

func digest(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// isClient reports whether the request has the credentials of the client in exactly one
// place. The lock is held.
func (p *Provider) isClient(r *http.Request) bool {
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if name, password, ok := r.BasicAuth(); ok {
		if secret != "" {
			return false
		}
		id, _ = url.QueryUnescape(name)
		secret, _ = url.QueryUnescape(password)
	}
	if p.Accepts != nil {
		return p.Accepts(id, secret)
	}
	return id == p.ClientID && secret == p.ClientSecret
}

func (p *Provider) refuseCode(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == PathGitHubToken { // as GitHub does
		writeJSON(w, http.StatusOK, map[string]string{"error": "bad_verification_code"})
		return
	}
	writeJSON(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant", "error_description": "<script>alert(1)</script>"})
}

// give answers a code that is good. The lock is held.
func (p *Provider) give(w http.ResponseWriter, r *http.Request, g *grant) {
	access, refresh := rand.Text(), rand.Text()
	p.access[access] = g.user
	p.keep(access, refresh)
	members := map[string]any{"access_token": access, "token_type": "bearer", "scope": g.scope}
	if r.URL.Path == PathToken {
		members["expires_in"], members["refresh_token"] = 3600, refresh
		members["id_token"] = p.idToken(g, access)
	}
	change(p.misdeeds.Token, members)
	if r.URL.Path == PathGitHubToken && !strings.Contains(r.Header.Get("Accept"), "json") { // as GitHub does
		w.Header().Set("Content-Type", "application/x-www-form-urlencoded")
		_, _ = w.Write([]byte(url.Values{"access_token": {access}, "token_type": {"bearer"}, "scope": {g.scope}}.Encode()))
		return
	}
	writeJSON(w, http.StatusOK, members)
}

// idToken says who the user of a grant is. The lock is held.
func (p *Provider) idToken(g *grant, access string) string {
	k, now := p.keys[len(p.keys)-1], p.Now()
	header := map[string]any{"alg": k.method.Alg(), "kid": k.id, "typ": "JWT"}
	claims := map[string]any{
		"iss": p.server.URL, "sub": g.user.Subject, "aud": p.ClientID, "nonce": g.nonce,
		"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
		"email": g.user.Email, "email_verified": g.user.EmailVerified, "name": g.user.Name,
	}
	if k.method.Alg() != "EdDSA" {
		half := sha256.Sum256([]byte(access))
		claims["at_hash"] = base64.RawURLEncoding.EncodeToString(half[:sha256.Size/2])
	}
	change(p.misdeeds.Header, header)
	change(p.misdeeds.Claims, claims)
	payload := marshal(claims)
	if p.misdeeds.Payload != nil {
		payload = p.misdeeds.Payload(payload)
	}
	signed := encode(marshal(header)) + "." + encode(payload)
	if p.misdeeds.Sign != nil {
		return signed + "." + p.misdeeds.Sign(signed)
	}
	signature, err := k.method.Sign(signed, k.private)
	if err != nil {
		panic("oauthtest: " + err.Error()) // a key signs with its method
	}
	text := signed + "." + base64.RawURLEncoding.EncodeToString(signature)
	p.keep(text)
	return text
}

func marshal(members map[string]any) string {
	text, err := json.Marshal(members)
	if err != nil {
		panic("oauthtest: " + err.Error()) // what tests put in has to marshal
	}
	return string(text)
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

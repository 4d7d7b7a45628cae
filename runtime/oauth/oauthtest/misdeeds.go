package oauthtest

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/url"
)

// Misdeeds are what a [Provider] does wrong. Each function changes what would be right;
// one that is nil changes nothing.
type Misdeeds struct {
	// Configuration changes the metadata.
	Configuration func(members map[string]any)
	// Keys changes the published keys.
	Keys func(keys []map[string]any) []map[string]any
	// Callback changes what the browser is sent back with.
	Callback func(parameters url.Values)
	// Header and Claims change an ID token before it is signed.
	Header, Claims func(members map[string]any)
	// Payload changes the text of the claims.
	Payload func(text string) string
	// Sign signs an ID token, of which it gets the signed part, in another way.
	Sign func(signed string) (signature string)
	// Token changes the answer to a code.
	Token func(members map[string]any)
	// UserInfo changes what userinfo says.
	UserInfo func(members map[string]any)
	// Answers are given in place of those at some paths.
	Answers map[string]http.HandlerFunc
}

// Misbehave makes the provider do wrong from now on, and nothing else that it did before.
func (p *Provider) Misbehave(m Misdeeds) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.misdeeds = m
}

// change applies a misdeed, which may be nil.
func change[T any](f func(T), to T) {
	if f != nil {
		f(to)
	}
}

func writeJSON[T any](w http.ResponseWriter, status int, v T) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who does not listen any more does not matter
}

func silent() *log.Logger { return log.New(io.Discard, "", 0) }

package oauth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"time"

	"golang.org/x/oauth2"
)

const (
	// A state is 32 random bytes in unpadded base64url (SECURITY OAC-01).
	stateBytes  = 32
	stateLength = 43

	maxReturnTo = 1024
	maxUser     = 256
)

// A flow is what is known of a login that has begun. The browser keeps it, sealed. The
// names of its members are short because it goes with every request.
type flow struct {
	// StateHash is that of the state, which travels where others see it.
	StateHash []byte `json:"s"`
	// Verifier is PKCE's (RFC 7636 section 4.1).
	Verifier string `json:"v"`
	// Nonce is what an ID token of this flow has.
	Nonce    string `json:"n"`
	ReturnTo string `json:"r,omitempty"`
	User     string `json:"u,omitempty"`
	// Ends is when it is over, in seconds since 1970.
	Ends int64 `json:"e"`
}

// newFlow returns a flow and its state. All that is random about them is drawn apart, so
// that none of it says anything about the rest.
func newFlow(f Flow, now time.Time) (flow, string) {
	state := randomText()
	return flow{
		StateHash: hashState(state), Verifier: oauth2.GenerateVerifier(), Nonce: randomText(),
		ReturnTo: f.ReturnTo, User: f.User, Ends: now.Add(FlowLife).Unix(),
	}, state
}

func randomText() string {
	var random [stateBytes]byte
	_, _ = rand.Read(random[:]) // never fails: it ends the process instead (F-30)
	return base64.RawURLEncoding.EncodeToString(random[:])
}

func hashState(state string) []byte {
	sum := sha256.Sum256([]byte(state))
	return sum[:]
}

// isState reports whether text can be a state.
func isState(text string) bool {
	if len(text) != stateLength {
		return false
	}
	for _, c := range []byte(text) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func (f flow) has(state string) bool {
	return subtle.ConstantTimeCompare(f.StateHash, hashState(state)) == 1
}

func (f flow) ends() time.Time  { return time.Unix(f.Ends, 0) }
func (f flow) begun() time.Time { return f.ends().Add(-FlowLife) }

// lives reports whether the flow has not ended. One that ends later than any could is
// from another clock (SECURITY F-21).
func (f flow) lives(now time.Time) bool {
	return now.Before(f.ends()) && !f.ends().After(now.Add(FlowLife+maxAhead))
}

// sealFlow returns the text of a cookie for a flow at a provider.
func (s *Service) sealFlow(provider string, f flow) string {
	plain, err := json.Marshal(f)
	if err != nil {
		panic("oauth: " + err.Error()) // strings and numbers always marshal
	}
	return base64.RawURLEncoding.EncodeToString(s.flows.seal(plain, provider))
}

// openFlow gives back what sealFlow made for the same provider.
func (s *Service) openFlow(provider, text string) (flow, bool) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return flow{}, false
	}
	plain, ok := s.flows.open(sealed, provider)
	if !ok {
		return flow{}, false
	}
	var f flow
	if json.Unmarshal(plain, &f) != nil {
		return flow{}, false
	}
	return f, true
}

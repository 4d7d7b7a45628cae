package ratelimit

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of the IETF draft ratelimit-headers-10, as Go spells their keys.
const (
	policyHeader = "Ratelimit-Policy"
	limitHeader  = "Ratelimit"
)

// A Policy tells clients about a limit in the fields RateLimit-Policy and RateLimit of
// the IETF draft ratelimit-headers-10: lists of structured fields (RFC 9651). It is
// immutable; make one with [NewPolicy].
type Policy struct {
	policy    []string // shared between answers; its capacity is its length
	remaining string   // what comes before the number of takes that remain
	within    string   // what comes after it
}

// NewPolicy returns the Policy of a limit that clients know by name, which is text of
// printable ASCII: anything else in it is left out. The window is in whole seconds, rounded
// up.
func NewPolicy(name string, rate Rate) *Policy {
	item := quote(name)
	policy := item + ";q=" + strconv.Itoa(rate.Count) + ";w=" + seconds(rate.Per)
	p := &Policy{policy: []string{policy}, remaining: item + ";r="}
	if rate.Validate() == nil {
		p.within = ";t=" + seconds(rate.interval())
	}
	return p
}

// Show adds to the headers of an answer what d leaves to the client: r is how many takes
// remain, and after t seconds there is at least one more. Where d refused, t is exactly
// what [authn.Problem] makes of RetryAfter in Retry-After, so that the two agree (SECURITY
// RL-02). A nil header shows nothing.
func (p *Policy) Show(h http.Header, d Decision) {
	if h == nil {
		return
	}
	value := p.remaining + strconv.Itoa(d.Remaining) + p.within
	if !d.Allowed {
		value = p.remaining + "0;t=" + seconds(d.RetryAfter)
	}
	if len(h[policyHeader]) == 0 && len(h[limitHeader]) == 0 {
		h[policyHeader] = p.policy
		h[limitHeader] = []string{value}
		return
	}
	// Of several limits each is an item of the lists.
	h[policyHeader] = append(h[policyHeader], p.policy[0])
	h[limitHeader] = append(h[limitHeader], value)
}

// seconds rounds up: who waits that long has waited long enough.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// quote is a structured field's string (RFC 9651 section 3.3.3).
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		if c == '"' || c == '\\' {
			b.WriteByte('\\')
		}
		if c >= ' ' && c <= '~' {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

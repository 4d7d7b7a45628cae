package token

import (
	"slices"
	"time"
)

// times are when a token begins and ends.
type times struct {
	from  time.Time // the later of nbf and iat; zero if there is neither
	until time.Time
}

// accept holds signed claims to what never changes.
func (v *Verifier[C]) accept(claims C, key *Key) (*verified[C], error) {
	t := &verified[C]{claims: claims, key: key}
	c := v.cfg.Schema.base(&t.claims)
	switch {
	case c.Issuer != v.cfg.Issuer:
		return nil, errIssuer
	case !slices.ContainsFunc(c.Audience, func(a string) bool { return slices.Contains(v.cfg.Audience, a) }):
		return nil, errAudience
	case c.Subject == "":
		return nil, errSubject
	case c.ID == "" && v.cfg.RequireID:
		return nil, errID
	case c.ExpiresAt.Unix() <= 0:
		return nil, errExpiry
	}
	t.times = times{from: c.NotBefore, until: c.ExpiresAt}
	if c.IssuedAt.After(c.NotBefore) {
		t.times.from = c.IssuedAt
	}
	return t, nil
}

// judge holds a token to the clock, which is all that can still be wrong.
func (v *Verifier[C]) judge(t *verified[C]) (C, error) {
	var none C
	now := v.cfg.Now()
	ahead := t.times.from.Sub(now)
	switch {
	case ahead > max(v.cfg.Leeway, minAhead) || ahead >= maxAhead:
		return none, errNotYet
	case !now.Before(t.times.until.Add(v.cfg.Leeway)):
		return none, ErrTokenExpired
	}
	return t.claims, nil
}

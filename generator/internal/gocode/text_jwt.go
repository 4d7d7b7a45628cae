package gocode

import (
	"strconv"
	"time"
)

// LoginPath is where tests log in with a password.
func (d textData) LoginPath() string {
	if d.Session == nil {
		return d.Prefix + "/token"
	}
	return d.Prefix + "/session"
}

// TokenLifeDuration is how long an access token lives: it does not outlive its login.
func (d textData) TokenLifeDuration() time.Duration {
	if r := d.JWT.Refresh; r != nil {
		return min(d.JWT.AccessTTL, r.TTL)
	}
	return d.JWT.AccessTTL
}

// The durations of tokens as Go source.
func (d textData) TokenLife() string    { return goDuration(d.TokenLifeDuration()) }
func (d textData) Leeway() string       { return goDuration(d.JWT.Leeway) }
func (d textData) RefreshGrace() string { return goDuration(d.JWT.Refresh.Grace) }
func (d textData) RecentLogin() string  { return goDuration(d.Model.Recent) }

// BeforeRefreshIdle is a second before an unused refresh token ends, as Go source.
func (d textData) BeforeRefreshIdle() string {
	return justBefore(min(d.JWT.Refresh.IdleTTL, d.JWT.Refresh.TTL))
}

// RefreshesThrice reports whether there are refresh tokens, and whether their limit
// lets one login try four times in a row.
func (d textData) RefreshesThrice() bool {
	return d.JWT.Refresh != nil && d.Limits.Refresh.Count >= 4
}

// VerifyAlgorithm is what the issuer of tests signs with.
func (d textData) VerifyAlgorithm() string {
	if d.JWT.Algorithm == "" {
		return "EdDSA"
	}
	return string(d.JWT.Algorithm)
}

// The issuer and the audience of a service that verifies, as Go source.
func (d textData) IssuerLiteral() string { return strconv.Quote(d.JWT.Issuer) }

// AudienceLiteral is one audience that the service is, as Go source.
func (d textData) AudienceLiteral() string {
	if len(d.JWT.Audience) == 0 {
		return strconv.Quote(d.JWT.Issuer)
	}
	return strconv.Quote(d.JWT.Audience[0])
}

package token

import (
	"errors"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

const (
	// MaxLeeway is the most that clocks may differ (SECURITY JWT-12).
	MaxLeeway = 5 * time.Minute
	// MaxTTL is the longest life of an access token.
	MaxTTL = 24 * time.Hour

	// minAhead passes and maxAhead does not, whatever the leeway: how far in the future
	// nbf and iat may be (SECURITY JWT-12).
	minAhead = 10 * time.Second
	maxAhead = 60 * time.Second

	defaultKept = 1 << 14
)

// A Config configures a [Verifier] of claims of the type C.
type Config[C any] struct {
	// Schema is how claims are read. Required.
	Schema *Schema[C]
	// Keys are where keys are found. Required.
	Keys Source
	// Algorithm, if not "", is the only one whose keys are used, where Keys hold others
	// too.
	Algorithm Algorithm
	// Issuer is what iss must be, byte for byte. Required.
	Issuer string
	// Audience is whom tokens may be for; one of them suffices. Required.
	Audience []string
	// Leeway is how much clocks may differ, from 0 to [MaxLeeway]: tokens are good for
	// so much longer. Tokens from the future pass up to it as well, but up to 10 s at
	// least, and never from 60 s on.
	Leeway time.Duration
	// Types are what typ may say, in lower case and without "application/"; "" stands for
	// a token that does not say. Nil means "at+jwt": other kinds of token are no access
	// tokens (SECURITY JWT-14).
	Types []string
	// RequireID refuses tokens without jti, which cannot be revoked one by one.
	RequireID bool
	// Foreign says that another program issues the tokens: what it calls ver and sid is
	// its own affair, and not read.
	Foreign bool
	// Kept is how many verified tokens are kept, so that verifying them again costs a
	// digest and a look-up. 0 means 16384, less than 0 none. A token may take 8 KiB.
	Kept int
	// Proxies decides whose word counts for a client's address; nil trusts nobody.
	Proxies *authn.Proxies
	// Audit takes the events of tokens that [Verifier.Authenticate] refuses; nil means
	// that nobody does.
	Audit audit.Recorder
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

func (c *Config[C]) check() error {
	switch {
	case c.Schema == nil:
		return errors.New("token: Config.Schema is missing")
	case c.Keys == nil:
		return errors.New("token: Config.Keys is missing")
	case c.Leeway < 0 || c.Leeway > MaxLeeway:
		return errors.New("token: Config.Leeway must be 0 to 5 minutes")
	}
	return checkNames(c.Issuer, c.Audience)
}

// checkNames refuses what would switch a check off (SECURITY JWT-13).
func checkNames(issuer string, audience []string) error {
	if issuer == "" {
		return errors.New("token: the issuer is missing")
	}
	if len(audience) == 0 {
		return errors.New("token: the audience is missing")
	}
	for _, a := range audience {
		if a == "" {
			return errors.New("token: an audience is empty")
		}
	}
	return nil
}

package oauthserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/authgen-go/authgen/runtime/grant"
	"github.com/authgen-go/authgen/runtime/ratelimit"
	"github.com/authgen-go/authgen/runtime/token"
)

// DefaultTTL is how long the tokens of machines live, unless a [Config] says otherwise.
const DefaultTTL = time.Hour

// A Config describes a [Server]. What is zero has the default that is named.
type Config struct {
	// Clients are who gets tokens; required. What they are issued under is the Issuer of
	// theirs.
	Clients *Clients
	// Keys hold the key that signs, such as grant.Service.Keys; required.
	Keys *token.Ring
	// Audience is whom tokens are for; default the Issuer.
	Audience []string
	// TTL is how long tokens live; default 1 hour, at most [token.MaxTTL].
	TTL time.Duration
	// Live returns what a guard of the application finds of an access token, be it of a
	// user or of a machine: its claims, with the scopes that are in force now; required. Its
	// error is a Problem with the status 401 if a guard would refuse the token, and any
	// other if that could not be found out. That guards and introspection agree rests on
	// both asking it (SECURITY REV-06).
	Live func(ctx context.Context, accessToken string) (token.Claims, error)
	// Refresh gives the next pair for a refresh token of a user, as the endpoint of users
	// does, whose limits it keeps; its errors are those of grant.Service.Refresh. Nil means
	// that there is no such grant here.
	Refresh func(r *http.Request, refreshToken string) (grant.Pair, error)
	// Used, if set, is told which client a request has given a token to.
	Used func(r *http.Request, client string)
	// Limit bounds the tries of clients to authenticate, each and from each address
	// (SECURITY RL-01); required.
	Limit *ratelimit.Gate
	// IntrospectionLimit does so at the endpoint that a service may ask at each of its own
	// requests; default Limit.
	IntrospectionLimit *ratelimit.Gate
	// Endpoints say where things are, for the metadata.
	Endpoints Endpoints
}

// Endpoints are absolute URLs. Those that are "" are not in the metadata.
type Endpoints struct {
	Token      string // required
	Revoke     string
	Introspect string
	JWKS       string // of the keys that verify; "" for HS256, which publishes none
}

// A Server has the endpoints. It is safe for concurrent use and need not be closed.
type Server struct {
	cfg     Config
	clients *Clients
	issuer  *token.Issuer[token.Claims]
}

// NewServer returns a Server. The error names what is wrong with cfg, or with the keys.
func NewServer(cfg Config) (*Server, error) {
	if err := cfg.complete(); err != nil {
		return nil, fmt.Errorf("configure the OAuth server: %w", err)
	}
	clients := cfg.Clients
	issuer, err := token.NewIssuer(token.IssuerConfig[token.Claims]{
		Schema: token.Basic(), Keys: cfg.Keys, Issuer: clients.cfg.Issuer, Audience: cfg.Audience, TTL: cfg.TTL, Now: clients.cfg.Now,
	})
	if err != nil {
		return nil, err
	}
	return &Server{cfg: cfg, clients: clients, issuer: issuer}, nil
}

// complete fills in the defaults and checks what nobody else does.
func (c *Config) complete() (err error) {
	for _, part := range []struct {
		missing bool
		name    string
	}{
		{c.Clients == nil, "Clients are"},
		{c.Keys == nil, "a Ring of Keys is"},
		{c.Live == nil, "Live is"},
		{c.Limit == nil, "a Limit is"},
		{c.Endpoints.Token == "", "the URL of the token endpoint is"},
	} {
		if part.missing {
			err = errors.Join(err, errors.New(part.name+" required"))
		}
	}
	if err != nil {
		return err
	}
	if len(c.Audience) == 0 {
		c.Audience = []string{c.Clients.cfg.Issuer}
	}
	if c.TTL == 0 {
		c.TTL = DefaultTTL
	}
	if c.IntrospectionLimit == nil {
		c.IntrospectionLimit = c.Limit
	}
	return nil
}

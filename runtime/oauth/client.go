package oauth

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
)

// A client is this application at a provider.
type client struct {
	Provider
	issuerURL *url.URL
	callback  string
	http      *http.Client
	now       func() time.Time
	secretNow func(now time.Time) (string, error)
	// endpoints waits for them if they are not known; see [discovery.get].
	endpoints func(ctx context.Context) (*endpoints, error)
	close     func()
}

func (s *Service) newClient(p Provider) (*client, error) {
	issuer, err := parseIssuer(p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("provider %s: %w", p.Name, err)
	}
	c := &client{
		Provider: p, issuerURL: issuer, http: newClient(p.TLS, s.cfg.Timeout), now: s.cfg.Now,
		callback:  s.cfg.BaseURL.Scheme + "://" + s.cfg.BaseURL.Host + s.cfg.Prefix + "/oauth/" + p.Name + "/callback",
		secretNow: func(time.Time) (string, error) { return p.secret(), nil },
		close:     func() {},
	}
	if p.kind.signer != nil {
		if c.secretNow, err = p.kind.signer(p); err != nil {
			return nil, fmt.Errorf("provider %s: %w", p.Name, err)
		}
	}
	if p.kind.endpoints != nil {
		e := p.kind.endpoints(p.Issuer)
		c.endpoints = func(context.Context) (*endpoints, error) { return e, nil }
		return c, nil
	}
	d := newDiscovery(c, s.cfg)
	c.endpoints, c.close = d.get, d.close
	return c, nil
}

// location is where the browser asks for the login.
func (c *client) location(e *endpoints, f flow, state string) (string, error) {
	config, err := c.config(e)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(f.Verifier)}
	if e.keys != nil {
		options = append(options, oauth2.SetAuthURLParam("nonce", f.Nonce))
	}
	if c.kind.formPost {
		options = append(options, oauth2.SetAuthURLParam("response_mode", "form_post"))
	}
	for name, value := range c.Params {
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	return config.AuthCodeURL(state, options...), nil
}

// identify finds out whose code it is, and what the provider gives for it.
func (c *client) identify(ctx context.Context, e *endpoints, f flow, code string) (person, Tokens, error) {
	t, err := c.redeem(ctx, e, code, f.Verifier)
	if err != nil {
		return person{}, Tokens{}, err
	}
	var who person
	if c.kind.identify != nil {
		who, err = c.kind.identify(ctx, c, e, t.AccessToken)
	} else {
		who, err = c.identifyByToken(ctx, e, f, t)
	}
	if err != nil {
		return person{}, Tokens{}, err
	}
	return who, c.tokens(t), nil
}

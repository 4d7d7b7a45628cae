package e2e

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// config is how x/oauth2 knows the machine.
func (m *machine) config(style oauth2.AuthStyle, scopes ...string) *clientcredentials.Config {
	return &clientcredentials.Config{
		ClientID: m.ID, ClientSecret: m.Secret, TokenURL: m.server.URL + "/oauth/token", AuthStyle: style, Scopes: scopes,
	}
}

// Programs in Go get tokens by golang.org/x/oauth2, in either of its ways, and verify
// them by go-oidc.
//
// SECURITY OAS-01, OAS-05.
func TestOAS01_AClientInGoGetsTokens(t *testing.T) {
	t.Parallel()
	for method, style := range map[string]oauth2.AuthStyle{
		"client_secret_basic": oauth2.AuthStyleInHeader,
		"client_secret_post":  oauth2.AuthStyleInParams,
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, method)
			ctx := t.Context()
			source := m.config(style, reportsRead).TokenSource(ctx)
			token, err := source.Token()
			if err != nil {
				t.Fatal(err)
			}
			suite.secrets.Add("access token", token.AccessToken)
			if token.Type() != "Bearer" || token.RefreshToken != "" || token.Expiry.IsZero() || token.Extra("scope") != reportsRead {
				t.Errorf("the token is %+v", token)
			}
			if got := m.uses(oauth2.NewClient(ctx, source)); got != http.StatusOK {
				t.Errorf("a guarded route answers the token with %d", got)
			}

			keys := oidc.NewRemoteKeySet(ctx, m.server.URL+"/.well-known/jwks.json")
			claims, err := oidc.NewVerifier(m.server.URL, keys, &oidc.Config{
				ClientID: m.server.URL, SupportedSigningAlgs: []string{oidc.EdDSA},
			}).Verify(ctx, token.AccessToken)
			if err != nil {
				t.Fatal(err)
			}
			if claims.Subject != m.ID {
				t.Errorf("the token is of %q, want %q", claims.Subject, m.ID)
			}
		})
	}
}

// SECURITY OAS-01, OAS-04.
func TestOAS01_AClientInGoIsToldWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*clientcredentials.Config)
		status int
		code   string
	}{
		"a wrong secret":          {func(c *clientcredentials.Config) { c.ClientSecret += "x" }, http.StatusUnauthorized, "invalid_client"},
		"an unknown client":       {func(c *clientcredentials.Config) { c.ClientID = "client_nobody" }, http.StatusUnauthorized, "invalid_client"},
		"a scope that it has not": {func(c *clientcredentials.Config) { c.Scopes = []string{"reports:write"} }, http.StatusBadRequest, "invalid_scope"},
	} {
		for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams} {
			config := newMachine(t, "client_secret_basic").config(style)
			c.change(config)
			_, err := config.Token(context.Background())
			refusal, ok := errors.AsType[*oauth2.RetrieveError](err)
			if !ok || refusal.Response.StatusCode != c.status || refusal.ErrorCode != c.code {
				t.Errorf("%s, style %d: %v; want %d %s", name, style, err, c.status, c.code)
			}
		}
	}
}

package oauth

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

const tokenEndpoint = "the token endpoint"

// redeem sends a code, once (SECURITY OAC-10).
func (c *client) redeem(ctx context.Context, e *endpoints, code, verifier string) (*oauth2.Token, error) {
	config, err := c.config(e)
	if err != nil {
		return nil, err
	}
	t, err := config.Exchange(context.WithValue(ctx, oauth2.HTTPClient, c.http), code, oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, c.notRedeemed(ctx, err)
	}
	if t.Type() != "Bearer" {
		return nil, c.broken(reasonAnswer, tokenEndpoint+" gave a token that is no bearer token")
	}
	return t, nil
}

// notRedeemed is the error for a code that got no token. That of a body that could not be
// read has lost its type by the time it comes from x/oauth2.
func (c *client) notRedeemed(ctx context.Context, err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		if _, ok := errors.AsType[*url.Error](err); ok {
			return c.unreachable(tokenEndpoint, err)
		}
		if ctx.Err() != nil {
			return c.unreachable(tokenEndpoint, ctx.Err())
		}
		return c.broken(reasonAnswer, tokenEndpoint+" did not answer with a token")
	}
	switch refused.ErrorCode {
	// The second is GitHub's, which also answers 200:
	// https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors
	case "invalid_grant", "bad_verification_code":
		return because(ErrRefused.WithDetail("The provider did not take the code that it gave. Begin again."), reasonCode,
			"provider "+c.Name+": "+tokenEndpoint+" refused the code")
	case "invalid_client", "unauthorized_client", "invalid_request", "unsupported_grant_type", "invalid_scope",
		"incorrect_client_credentials", "redirect_uri_mismatch":
		return c.broken(reasonClient, tokenEndpoint+" refused this application: "+refused.ErrorCode)
	default:
		return c.answered(tokenEndpoint, refused.Response.StatusCode)
	}
}

// tokens are what a provider gave for a code.
func (c *client) tokens(t *oauth2.Token) Tokens {
	kept := Tokens{Access: t.AccessToken, Refresh: t.RefreshToken, ExpiresAt: t.Expiry}
	if t.ExpiresIn > 0 { // by this clock, not by that of x/oauth2
		kept.ExpiresAt = c.now().Add(time.Duration(min(t.ExpiresIn, maxExpiresIn)) * time.Second)
	}
	if granted, ok := t.Extra("scope").(string); ok {
		// GitHub separates them by commas.
		kept.Scopes = strings.FieldsFunc(granted, func(r rune) bool { return r == ' ' || r == ',' })
	}
	kept.ExpiresAt = kept.ExpiresAt.UTC().Truncate(time.Second)
	return kept
}

// maxExpiresIn is ten years, in seconds.
const maxExpiresIn = 10 * 365 * 24 * 3600

package model

import (
	"net/http"

	"github.com/authgen-go/authgen/spec"
)

// buildRoutes lists the endpoints in the order of the documentation.
func buildRoutes(s *spec.Spec) []Route {
	p, picked := s.HTTP.Prefix, s.Strategies
	var routes []Route
	if registers(s) {
		routes = append(routes, Route{
			Method: http.MethodPost, Path: p + "/register", Name: "register", Handler: "register", Public: true,
			Doc: "creates an account",
		})
	}
	routes = append(routes, Route{Method: http.MethodGet, Path: p + "/me", Name: "me", Handler: "me", Any: true, Doc: "says who is signed in"})
	if logins(s) {
		routes = append(routes, loginRoutes(p)...)
	}
	if picked.JWT != nil && picked.JWT.Verify == nil {
		routes = append(routes, tokenRoutes(p, picked.JWT)...)
	}
	if picked.ExchangesForTokens() {
		routes = append(routes, Route{Method: http.MethodPost, Path: p + "/token/exchange", Name: "exchange_for_tokens", Handler: "exchangeForTokens", Person: true, By: "StrategySession", Doc: "gives tokens for a session, for as long as there are sessions"})
	}
	if picked.Session != nil {
		routes = append(routes, sessionRoutes(p)...)
	}
	if picked.ExchangesForSession() {
		routes = append(routes, Route{Method: http.MethodPost, Path: p + "/session/exchange", Name: "exchange_for_session", Handler: "exchangeForSession", Person: true, By: "StrategyJWT", Doc: "gives a session for an access token, for as long as there are tokens"})
	}
	if picked.APIKey != nil {
		routes = append(routes, keyRoutes(p, logins(s))...)
	}
	if picked.OAuth != nil && len(picked.OAuth.Providers) > 0 {
		routes = append(routes, providerRoutes(p, picked.OAuth)...)
	}
	if picked.OAuth != nil && picked.OAuth.Server != nil {
		routes = append(routes, serverRoutes(picked.JWT)...)
	}
	if picked.Session != nil && picked.Session.Pages {
		routes = addPages(s, routes)
	}
	return routes
}

// logins reports whether people can log in at an endpoint.
func logins(s *spec.Spec) bool {
	return s.Strategies.Session != nil || s.Strategies.JWT != nil && s.Strategies.JWT.Verify == nil
}

// registers reports whether people can make accounts at an endpoint.
func registers(s *spec.Spec) bool {
	return logins(s) && s.Users.Registration == spec.RegistrationOpen
}

// tokenRoutes lists the endpoints of access tokens.
func tokenRoutes(p string, j *spec.JWT) []Route {
	routes := []Route{
		{Method: http.MethodPost, Path: p + "/token", Name: "token", Handler: "issueToken", Public: true, Doc: "logs in with a password and answers with tokens"},
	}
	if j.Refresh != nil {
		routes = append(routes, Route{Method: http.MethodPost, Path: p + "/token/refresh", Name: "refresh", Handler: "refreshToken", Public: true, Doc: "answers with new tokens for a refresh token"})
	}
	return append(routes,
		Route{Method: http.MethodPost, Path: p + "/token/revoke", Name: "revoke_token", Handler: "revokeToken", Person: true, By: "StrategyJWT", Doc: "ends the access token, and the login of a refresh token"},
		Route{Method: http.MethodGet, Path: j.JWKS.Path, Name: "jwks", Handler: "keySet", Public: true, Ready: true, Doc: "shows the keys that access tokens are verified with"},
	)
}

// providerRoutes lists the endpoints of logins through providers. What a browser is led to
// is a page where there are pages.
func providerRoutes(p string, o *spec.OAuth) []Route {
	routes := []Route{
		{Method: http.MethodGet, Path: p + "/oauth/{provider}", Name: "oauth_begin", Handler: "beginLogin", Public: true, Browser: true, Retires: true, Doc: "leads to a provider to log in there"},
		{Method: http.MethodGet, Path: p + "/oauth/{provider}/callback", Name: "oauth_callback", Handler: "finishLogin", Public: true, Browser: true, Retires: true, Counted: true, Doc: "is where a provider leads back to"},
	}
	for _, provider := range o.Providers {
		if provider.Name == "apple" {
			routes = append(routes, Route{Method: http.MethodPost, Path: p + "/oauth/{provider}/callback", Name: "oauth_callback_form", Handler: "forwardLogin", Public: true, Browser: true, Retires: true, Doc: "takes the answer of a provider that sends a form"})
		}
	}
	return append(routes,
		Route{Method: http.MethodPost, Path: p + "/oauth/{provider}/link", Name: "oauth_link", Handler: "linkProvider", Person: true, Retires: true, Doc: "says where to go to link a provider"},
		Route{Method: http.MethodDelete, Path: p + "/oauth/{provider}", Name: "oauth_unlink", Handler: "unlinkProvider", Person: true, Doc: "unlinks a provider"},
	)
}

// serverRoutes lists the endpoints for machines. They stand where clients look for them,
// under no prefix.
func serverRoutes(j *spec.JWT) []Route {
	handler := "server.Token"
	if j.Deprecated != nil {
		handler = "machineToken" // which ends with the tokens of users
	}
	return []Route{
		{Method: http.MethodPost, Path: "/oauth/token", Name: "oauth_token", Handler: handler, Public: true, OAuth: true, Retires: true, Counted: true, Doc: "gives a machine an access token (RFC 6749)"},
		{Method: http.MethodPost, Path: "/oauth/revoke", Name: "oauth_revoke", Handler: "server.Revoke", Public: true, OAuth: true, Doc: "ends a token of a machine (RFC 7009)"},
		{Method: http.MethodPost, Path: "/oauth/introspect", Name: "oauth_introspect", Handler: "server.Introspect", Public: true, OAuth: true, Doc: "says whether a token is good (RFC 7662)"},
		{Method: http.MethodGet, Path: "/.well-known/oauth-authorization-server", Name: "oauth_metadata", Handler: "serverMetadata", Public: true, OAuth: true, Ready: true, Doc: "says what the token endpoint can do (RFC 8414)"},
	}
}

func loginRoutes(p string) []Route {
	return []Route{
		{Method: http.MethodPost, Path: p + "/password", Name: "password", Handler: "changePassword", Person: true, Doc: "changes the password and ends everything else the user is signed in with"},
		{Method: http.MethodPost, Path: p + "/logout-everywhere", Name: "logout_everywhere", Handler: "logoutEverywhere", Person: true, Doc: "ends everything the user is signed in with"},
	}
}

// keyRoutes lists the endpoints of API keys. Without logins nobody can ask for a
// first key over HTTP: it comes from Go.
func keyRoutes(p string, logins bool) []Route {
	var routes []Route
	if logins {
		routes = append(routes, Route{Method: http.MethodPost, Path: p + "/api-keys", Name: "create_key", Handler: "createKey", Person: true, Doc: "makes an API key, which is shown this once"})
	}
	return append(routes,
		Route{Method: http.MethodGet, Path: p + "/api-keys", Name: "keys", Handler: "listKeys", Doc: "lists the user's API keys"},
		Route{Method: http.MethodPost, Path: p + "/api-keys/leaked", Name: "leaked_key", Handler: "leakedKey", Public: true, Doc: "ends a key that somebody found"},
		Route{Method: http.MethodPost, Path: p + "/api-keys/{id}/rotate", Name: "rotate_key", Handler: "rotateKey", Doc: "replaces an API key; the old one lives for the overlap"},
		Route{Method: http.MethodDelete, Path: p + "/api-keys/{id}", Name: "revoke_key", Handler: "revokeKey", Doc: "ends an API key"},
	)
}

func sessionRoutes(p string) []Route {
	return []Route{
		{Method: http.MethodPost, Path: p + "/session", Name: "login", Handler: "login", Public: true, Doc: "logs in with a password and sets the session cookie"},
		{Method: http.MethodDelete, Path: p + "/session", Name: "logout", Handler: "logout", Person: true, By: "StrategySession", Doc: "logs out"},
		{Method: http.MethodPost, Path: p + "/session/confirm", Name: "confirm", Handler: "confirm", Person: true, By: "StrategySession", Doc: "proves the password again, for what needs a recent login"},
		{Method: http.MethodGet, Path: p + "/sessions", Name: "sessions", Handler: "listSessions", Person: true, Doc: "lists the user's sessions"},
		{Method: http.MethodDelete, Path: p + "/sessions", Name: "end_others", Handler: "endOtherSessions", Person: true, Doc: "ends the user's other sessions"},
		{Method: http.MethodDelete, Path: p + "/sessions/{id}", Name: "end_session", Handler: "endSession", Person: true, Doc: "ends one of the user's sessions"},
	}
}

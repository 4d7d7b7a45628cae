package model

import (
	"net/http"

	"github.com/authgen-go/authgen/spec"
)

// buildRoutes lists the endpoints in the order of the documentation.
func buildRoutes(s *spec.Spec) []Route {
	p := s.HTTP.Prefix
	var routes []Route
	if s.Users.Registration == spec.RegistrationOpen {
		routes = append(routes, Route{
			Method: http.MethodPost, Path: p + "/register", Name: "register", Handler: "register", Public: true,
			Doc: "creates an account",
		})
	}
	routes = append(routes,
		Route{Method: http.MethodGet, Path: p + "/me", Name: "me", Handler: "me", Doc: "says who is signed in"},
		Route{Method: http.MethodPost, Path: p + "/password", Name: "password", Handler: "changePassword", Doc: "changes the password and ends every other session"},
		Route{Method: http.MethodPost, Path: p + "/logout-everywhere", Name: "logout_everywhere", Handler: "logoutEverywhere", Doc: "ends everything the user is signed in with"},
	)
	if s.Strategies.Session != nil {
		routes = append(routes, sessionRoutes(p)...)
	}
	return routes
}

func sessionRoutes(p string) []Route {
	return []Route{
		{Method: http.MethodPost, Path: p + "/session", Name: "login", Handler: "login", Public: true, Doc: "logs in with a password and sets the session cookie"},
		{Method: http.MethodDelete, Path: p + "/session", Name: "logout", Handler: "logout", Doc: "logs out"},
		{Method: http.MethodPost, Path: p + "/session/confirm", Name: "confirm", Handler: "confirm", Doc: "proves the password again, for what needs a recent login"},
		{Method: http.MethodGet, Path: p + "/sessions", Name: "sessions", Handler: "listSessions", Doc: "lists the user's sessions"},
		{Method: http.MethodDelete, Path: p + "/sessions", Name: "end_others", Handler: "endOtherSessions", Doc: "ends the user's other sessions"},
		{Method: http.MethodDelete, Path: p + "/sessions/{id}", Name: "end_session", Handler: "endSession", Doc: "ends one of the user's sessions"},
	}
}

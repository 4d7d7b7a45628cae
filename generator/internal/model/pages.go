package model

import (
	"net/http"

	"github.com/authgen-go/authgen/spec"
)

// PagesDir is the folder of the pages' templates, below the generated package.
const PagesDir = "pages"

// Pages reports whether there are HTML pages.
func (m *Model) Pages() bool { return m.Session != nil && m.Session.Pages }

// PageFiles are the files that the pages are made of.
func (m *Model) PageFiles() []string {
	if !m.Pages() {
		return nil
	}
	files := []string{"layout.html", "login.html", "confirm.html", "password.html", "devices.html", "error.html", "style.css"}
	if m.Users.Registration {
		files = append(files, "register.html")
	}
	return files
}

// addPages lets forms post to the endpoints that there are, and adds the pages and
// what a form cannot ask of an endpoint: it knows no DELETE.
func addPages(s *spec.Spec, routes []Route) []Route {
	forms := map[string]string{
		"register": "RegisterForm", "login": "LoginForm", "confirm": "ConfirmForm", "password": "PasswordForm",
	}
	for i, r := range routes {
		routes[i].Form = forms[r.Name]
	}
	p := s.HTTP.Prefix
	session := func(r Route) Route {
		r.Person, r.By = true, "StrategySession"
		return r
	}
	routes = append(routes,
		session(Route{Method: http.MethodPost, Path: p + "/logout", Name: "logout_form", Handler: "logout", Form: "LogoutForm", Doc: "logs out, for a form"}),
		session(Route{Method: http.MethodPost, Path: p + "/sessions/end", Name: "end_others_form", Handler: "endOtherSessions", Form: "EndOthersForm", Doc: "ends the user's other sessions, for a form"}),
		session(Route{Method: http.MethodPost, Path: p + "/sessions/{id}/end", Name: "end_session_form", Handler: "endSession", Form: "EndDeviceForm", Doc: "ends one of the user's sessions, for a form"}),
		Route{Method: http.MethodGet, Path: p + "/login", Name: "login_page", Handler: "loginPage", Public: true, Page: true, Doc: "shows the page for logging in"},
	)
	if registers(s) {
		routes = append(routes, Route{Method: http.MethodGet, Path: p + "/register", Name: "register_page", Handler: "registerPage", Public: true, Page: true, Doc: "shows the page for making an account"})
	}
	return append(routes,
		session(Route{Method: http.MethodGet, Path: p + "/confirm", Name: "confirm_page", Handler: "confirmPage", Page: true, Doc: "shows the page for proving the password again"}),
		session(Route{Method: http.MethodGet, Path: p + "/password", Name: "password_page", Handler: "passwordPage", Page: true, Doc: "shows the page for changing the password"}),
		session(Route{Method: http.MethodGet, Path: p + "/devices", Name: "devices_page", Handler: "devicesPage", Page: true, Doc: "shows the page of the user's devices"}),
		Route{Method: http.MethodGet, Path: p + "/pages/style.css", Name: "style", Handler: "style", Public: true, Ready: true, Page: true, Doc: "is the style sheet of the pages"},
	)
}

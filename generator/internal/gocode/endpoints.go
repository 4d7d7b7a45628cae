package gocode

import (
	"net/http"
	"slices"
	"strings"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// A testedRoute is a route as tests see it: what it takes, and what else its path
// has.
type testedRoute struct {
	model.Route
	Body  string // of the right form; "" when the endpoint reads none
	Allow string // the methods of the path, as the header Allow lists them
}

// Endpoints are the routes of the API with what tests need to know of them.
func (d textData) Endpoints() []testedRoute {
	list := make([]testedRoute, 0, len(d.Routes))
	for _, r := range d.Routes {
		if r.Page || r.OAuth || r.Browser {
			continue
		}
		list = append(list, testedRoute{Route: r, Body: d.requestBody(r.Name), Allow: d.allow(r.Path)})
	}
	return list
}

// requestBody is a body of the right form for the route called name.
func (d textData) requestBody(name string) string {
	switch name {
	case "register":
		return `{"email":"ann@app.example","password":"` + shortPassword + longerPassword + `"}`
	case "token":
		return `{"email":"nobody.else@app.example","password":"not the password at all"}`
	case "refresh":
		return `{"refresh_token":"not a token at all"}`
	case "revoke_token":
		if d.JWT.Refresh == nil {
			return ""
		}
		return `{"refresh_token":"not a token at all"}`
	case "login":
		return `{"email":"nobody@app.example","password":"not the password at all"}`
	case "password":
		return `{"current_password":"not the password at all","new_password":"not a better one"}`
	case "confirm":
		return `{"password":"not the password at all"}`
	case "create_key":
		return `{"name":"deploy","scopes":[]}`
	case "rotate_key":
		return `{"overlap":"0s"}`
	case "leaked_key":
		return `{"key":"not a key at all"}`
	default:
		return ""
	}
}

// allow lists the methods of every route that serves path. A path with a
// parameter stands for one whose value is the name of no other route.
func (d textData) allow(path string) string {
	var methods []string
	for _, r := range d.Routes {
		if !serves(r.Path, path) {
			continue
		}
		methods = append(methods, r.Method)
		if r.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	slices.Sort(methods)
	return strings.Join(slices.Compact(methods), ", ")
}

// serves reports whether the pattern of a route matches a path.
func serves(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, got, func(w, g string) bool {
		return w == g || strings.HasPrefix(w, "{") && !strings.HasPrefix(g, "{")
	})
}

// IdentityHeaders are names by which proxies hand on whom they authenticated. A
// service that takes its keys from one of them is left out of the claim.
func (d textData) IdentityHeaders() []string {
	all := []string{
		"X-User-Id", "X_User_Id", "X-User", "X-User-Email", "X-Authenticated-User", "X-Auth-User", "X-Auth-Request-User",
		"X-Auth-Request-Email", "X-Forwarded-User", "X-Forwarded-Email", "X-Remote-User", "Remote-User", "X-Webauth-User",
		"X-Goog-Authenticated-User-Email", "X-Ms-Client-Principal-Id",
	}
	return slices.DeleteFunc(all, func(name string) bool { return d.APIKey != nil && name == d.KeyHeader() })
}

// Passwords as tests like to read them, and what makes them long enough for the
// strictest policy.
const (
	shortPassword  = "correct horse battery staple"
	shortChange    = "another horse, another battery"
	longerPassword = " and a window over the frozen harbour"
)

// Password is the password of users in tests, as long as the policy asks for.
func (d textData) Password() string { return d.longEnough(shortPassword) }

// OtherPassword is what tests change passwords to.
func (d textData) OtherPassword() string { return d.longEnough(shortChange) }

func (d textData) longEnough(password string) string {
	if len(password) >= d.Users.MinLength {
		return password
	}
	return password + longerPassword
}

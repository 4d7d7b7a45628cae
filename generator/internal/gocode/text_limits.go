package gocode

// A testedLimit is a route as the tests of limits see it.
type testedLimit struct {
	testedRoute
	Tries int  // from one address, before there are too many
	Quick bool // whether that many can be made in a test
}

// quickTries is how many requests a test makes to use up a limit.
const quickTries = 200

// LimitedRoutes are all routes, in the order of the table.
func (d textData) LimitedRoutes() []testedLimit {
	list := make([]testedLimit, 0, len(d.Routes))
	for _, r := range d.Routes {
		l := testedLimit{testedRoute: testedRoute{Route: r, Body: d.requestBody(r.Name)}, Tries: d.tries(r.Limit)}
		l.Quick = l.Tries > 0 && l.Tries <= quickTries
		if r.OAuth && r.Limit != "" {
			l.Body = "client_id=nobody&client_secret=guess&grant_type=client_credentials&token=guess"
		}
		list = append(list, l)
	}
	return list
}

// tries is how many requests of one address a limit allows at once.
func (d textData) tries(limit string) int {
	switch limit {
	case "login":
		return d.Limits.Login.Count
	case "register":
		return d.Limits.Register.Count
	case "refresh", "exchange":
		return d.Limits.Refresh.Count
	case "token":
		return d.Limits.Token.Count
	case "introspect":
		return introspections * d.Limits.Token.Count
	case "api_key_leaked":
		return d.Limits.APIKeyFailure.Count
	default:
		return 0
	}
}

// LoginTries is how many logins are allowed at once.
func (d textData) LoginTries() int { return d.Limits.Login.Count }

// FewLogins reports whether a test can use up the limit of logins.
func (d textData) FewLogins() bool { return d.Limits.Login.Count <= 50 }

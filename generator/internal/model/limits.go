package model

// Why routes need no limit of their own (SECURITY RL-01).
const (
	guardedOnly  = "checks only the credential of the request, which nobody can guess; bad API keys are limited wherever they are sent"
	publicFacts  = "tells what anybody may know"
	boundByBegin = "takes a state that oauth_begin made, for which there is a limit, once"
	showsPage    = "shows a page; what it posts to has a limit"
)

// limitsOf are the limits that tries of a route are taken from, by its name: of rate_limit,
// or that of the runtime for reports of leaked keys.
func limitsOf() map[string]string {
	return map[string]string{
		"register": "register",
		"login":    "login", "token": "login", "password": "login", "confirm": "login",
		"oauth_begin": "login", "oauth_link": "login",
		"refresh":             "refresh",
		"exchange_for_tokens": "exchange", "exchange_for_session": "exchange",
		"oauth_token": "token", "oauth_revoke": "token", "oauth_introspect": "introspect",
		"leaked_key": "api_key_leaked",
	}
}

// unlimitedOf says of public routes without a limit why they have none.
func unlimitedOf() map[string]string {
	return map[string]string{
		"jwks": publicFacts, "oauth_metadata": publicFacts,
		"oauth_callback": boundByBegin, "oauth_callback_form": boundByBegin,
	}
}

// limited fills in the limits of routes.
func limited(routes []Route) []Route {
	limits, unlimited := limitsOf(), unlimitedOf()
	for i := range routes {
		r := &routes[i]
		r.Limit = limits[r.Name]
		switch {
		case r.Limit != "":
		case r.Page:
			r.Unlimited = showsPage
		case r.Public:
			r.Unlimited = unlimited[r.Name]
		default:
			r.Unlimited = guardedOnly
		}
	}
	return routes
}

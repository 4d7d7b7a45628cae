package oauth

import (
	"encoding/json"
	"net/url"
)

const (
	maxCode  = 4096
	maxParam = 2048
)

// An answer is what a provider sends a browser back with (RFC 6749 section 4.1.2, RFC 9207
// section 2). It is what anybody may have sent.
type answer struct {
	State  string `json:"s"`
	Code   string `json:"c,omitempty"`
	Issuer string `json:"i,omitempty"`
	Error  string `json:"e,omitempty"`
	// Person is Apple's.
	Person string `json:"p,omitempty"`
}

// readAnswer reads the parameters of an answer. No one that matters may be repeated; the
// others, of which providers have many, do not matter.
func readAnswer(query url.Values) (answer, bool) {
	var a answer
	for _, p := range []struct {
		name string
		into *string
		most int
	}{
		{"state", &a.State, stateLength},
		{"code", &a.Code, maxCode},
		{"iss", &a.Issuer, maxParam},
		{"error", &a.Error, maxParam},
		{"user", &a.Person, maxParam},
	} {
		values := query[p.name]
		if len(values) > 1 || len(values) == 1 && len(values[0]) > p.most {
			return answer{}, false
		}
		*p.into = query.Get(p.name)
	}
	return a, isState(a.State) && (a.Code != "" || a.Error != "")
}

// sentence says in words of ours what a provider's code for an error means (RFC 6749
// section 4.1.2.1, OpenID Connect Core 1.0 section 3.1.2.6), or is "".
func (a answer) sentence() string {
	switch a.Error {
	// The last two are Apple's and LinkedIn's.
	case "access_denied", "user_cancelled_authorize", "user_cancelled_login":
		return "The login was cancelled at the provider, or not allowed there."
	case "login_required", "interaction_required", "consent_required", "account_selection_required":
		return "The provider wants to ask you something first. Begin again."
	case "temporarily_unavailable", "server_error":
		return "The provider could not log you in right now. Try again later."
	case "invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope", "invalid_client",
		"redirect_uri_mismatch", "application_suspended":
		return "The provider does not accept this application."
	default:
		return ""
	}
}

// parseForwarded reads what [Service.Forward] sealed.
func parseForwarded(plain []byte) (answer, bool) {
	var a answer
	err := json.Unmarshal(plain, &a)
	return a, err == nil && isState(a.State)
}

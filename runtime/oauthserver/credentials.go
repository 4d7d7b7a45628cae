package oauthserver

import (
	"net/http"

	"github.com/authgen-go/authgen/runtime/authn"
)

// assertionType is the one client_assertion_type there is (RFC 7523 section 2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// credentials are what a client brought to prove who it is. Nothing of them is checked
// yet, and the secret is not among them: only its hash.
type credentials struct {
	id        string // who it says it is; hostile text
	hash      Hash
	assertion string // "" for a secret
	malformed bool
}

// account is the name under which tries are counted: that of what may be a client,
// whether or not there is such.
func (c credentials) account() string {
	if !isID(c.id) {
		return ""
	}
	return c.id
}

// credentialsOf finds the credentials of a request. None, and those of a kind that is
// not known here, are [ErrInvalidClient]; two are [authn.ErrInvalidRequest] (SECURITY
// OAS-01).
func credentialsOf(r *http.Request, form Form) (credentials, error) {
	headers := r.Header["Authorization"]
	secret, assertion := form.Get("client_secret"), form.Get("client_assertion")
	asserts := assertion != "" || form.Get("client_assertion_type") != ""
	switch {
	case len(headers) > 1:
		return credentials{}, invalid("There are two Authorization headers.")
	case len(headers) == 1 && (secret != "" || asserts), secret != "" && asserts:
		return credentials{}, invalid("A client authenticates in one way at a time.")
	case len(headers) == 1:
		return basicCredentials(headers[0], form)
	case asserts:
		return assertionCredentials(form)
	case secret == "":
		return credentials{}, ErrInvalidClient
	case form.Get("client_id") == "":
		return credentials{}, invalid("The parameter client_id is missing.")
	}
	return secretCredentials(form.Get("client_id"), secret), nil
}

func secretCredentials(id, secret string) credentials {
	hash, ok := parseSecret(secret)
	return credentials{id: id, hash: hash, malformed: !ok}
}

// basicCredentials takes a client_id in the form as well, which names the client once
// more and proves nothing.
func basicCredentials(header string, form Form) (credentials, error) {
	id, secret, ok := parseBasic(header)
	if !ok {
		return credentials{malformed: true}, nil
	}
	if named := form.Get("client_id"); named != "" && named != id {
		return credentials{}, errTwoClients()
	}
	return secretCredentials(id, secret), nil
}

func assertionCredentials(form Form) (credentials, error) {
	assertion, kind := form.Get("client_assertion"), form.Get("client_assertion_type")
	if assertion == "" || kind == "" {
		return credentials{}, invalid("A client_assertion needs a client_assertion_type, and the other way round.")
	}
	id, ok := claimedSubject(assertion)
	if !ok || kind != assertionType {
		return credentials{malformed: true}, nil
	}
	if named := form.Get("client_id"); named != "" && named != id {
		return credentials{}, errTwoClients()
	}
	return credentials{id: id, assertion: assertion}, nil
}

func errTwoClients() *authn.Problem { return invalid("The request names two clients.") }

// authenticates reports whether a request brings credentials of a client, or says that
// it comes from one.
func authenticates(r *http.Request, form Form) bool {
	if len(r.Header["Authorization"]) > 0 {
		return true
	}
	for _, name := range [...]string{"client_id", "client_secret", "client_assertion", "client_assertion_type"} {
		if form.Get(name) != "" {
			return true
		}
	}
	return false
}

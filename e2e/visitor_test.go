package e2e

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/chrome"
)

// A visitor is a person with a browser of their own, at a server.
type visitor struct {
	*chrome.Tab
	t      *testing.T
	server *site

	email, password string
}

// newVisitor is somebody whom the server of pages does not know.
func newVisitor(t *testing.T) *visitor {
	t.Helper()
	return newVisitorOf(t, must(t, suite.pages))
}

// newVisitorOf is somebody whom a server does not know.
func newVisitorOf(t *testing.T, server *site) *visitor {
	t.Helper()
	v := &visitor{
		t:        t,
		server:   server,
		email:    strings.ToLower(rand.Text()) + "@example.com",
		password: "seven green boats at noon",
	}
	v.hasTab()
	suite.secrets.Add("e-mail address", v.email)
	suite.secrets.Add("password", v.password)
	return v
}

// hasTab gives the visitor a browser, which notes the secrets of where it goes.
func (v *visitor) hasTab() {
	v.t.Helper()
	v.Tab = must(v.t, suite.browser).NewTab(v.t)
	v.Visits(func(at string) {
		if _, query, ok := strings.Cut(at, "?"); ok {
			suite.secrets.AddQuery(query)
		}
	})
}

// newUser is somebody who is registered.
func newUser(t *testing.T) *visitor {
	t.Helper()
	v := newVisitor(t)
	v.signUp()
	return v
}

// elsewhere is the same person in another browser.
func (v *visitor) elsewhere() *visitor {
	v.t.Helper()
	other := *v
	other.hasTab()
	return &other
}

// signUp registers without a browser.
func (v *visitor) signUp() {
	v.t.Helper()
	body, err := json.Marshal(map[string]string{"email": v.email, "password": v.password})
	if err != nil {
		v.t.Fatal(err)
	}
	answer, err := http.Post(v.server.URL+"/auth/register", "application/json", bytes.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		v.t.Fatalf("register: status %d", answer.StatusCode)
	}
}

// open goes to a path of the server.
func (v *visitor) open(path string) chrome.Answer {
	v.t.Helper()
	return v.Open(v.server.URL + path)
}

// logIn goes to path, which has to show the form to log in, and sends it.
func (v *visitor) logIn(path string) chrome.Answer {
	v.t.Helper()
	v.open(path)
	answer := v.Send("#login", map[string]string{"email": v.email, "password": v.password})
	v.session() // is noted
	return answer
}

// lands fails the test unless the visitor was led to a page of the server with an
// answer of that status. Parameters of the page's query are sorted by name.
func (v *visitor) lands(answer chrome.Answer, status int, page string) {
	v.t.Helper()
	at := answer.URL.Path
	if answer.URL.RawQuery != "" {
		at += "?" + answer.URL.Query().Encode()
	}
	if origin := answer.URL.Scheme + "://" + answer.URL.Host; origin != v.server.URL {
		at = origin + at
	}
	if answer.Status != status || at != page {
		v.t.Fatalf("landed on %s with %d, want %s with %d", at, answer.Status, page, status)
	}
}

// session is the value of the session cookie, "" if the browser has none.
func (v *visitor) session() string {
	v.t.Helper()
	if cookie := v.Cookie(v.server.URL, "session"); cookie != nil {
		suite.secrets.Add("cookie", cookie.Value)
		return cookie.Value
	}
	return ""
}

// me asks the server who a session belongs to, and has it answer with a status.
func (v *visitor) me(session string) (id string, status int) {
	v.t.Helper()
	request, err := http.NewRequest(http.MethodGet, v.server.URL+"/auth/me", nil)
	if err != nil {
		v.t.Fatal(err)
	}
	request.AddCookie(&http.Cookie{Name: "session", Value: session})
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	var user struct {
		ID string `json:"id"`
	}
	if answer.StatusCode == http.StatusOK {
		if err := json.NewDecoder(answer.Body).Decode(&user); err != nil {
			v.t.Fatal(err)
		}
	}
	return user.ID, answer.StatusCode
}

package e2e

import (
	"net/http"
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/attacker"
	"github.com/authgen-go/authgen/e2e/internal/chrome"
)

const (
	urlencoded = "application/x-www-form-urlencoded"
	plain      = "text/plain"
)

// neighbours are where attackers' pages come from.
func neighbours(t *testing.T) []attacker.Neighbour {
	t.Helper()
	site := must(t, suite.attacker)
	return []attacker.Neighbour{site.SameSite(), site.CrossSite(), site.Nowhere()}
}

// attack has the visitor look at a page that sends a form to the server.
func (v *visitor) attack(from attacker.Neighbour, path, encoding string, fields map[string]string) chrome.Answer {
	v.t.Helper()
	v.Open(from.Page(attacker.Form(v.server.URL+path, encoding, fields)))
	return v.Run(attacker.Send)
}

// An attacker's page signs people in as the attacker, or up, to see what they do
// there.
//
// SECURITY WEB-03.
func TestWEB03_NoOtherSiteSignsPeopleIn(t *testing.T) {
	t.Parallel()
	for _, from := range neighbours(t) {
		t.Run(from.Name, func(t *testing.T) {
			t.Parallel()
			mallory, ann := newUser(t), newVisitor(t)
			credentials := map[string]string{"email": mallory.email, "password": mallory.password}
			ann.lands(ann.attack(from, "/auth/session", urlencoded, credentials), 403, "/auth/session")
			ann.lands(ann.attack(from, "/auth/session?return_to=/private", urlencoded, credentials), 403, "/auth/session?return_to=%2Fprivate")
			// JSON that a form sends: a member's name holds the equals sign.
			ann.lands(ann.attack(from, "/auth/session", plain, map[string]string{
				`{"email":"` + mallory.email + `","password":"` + mallory.password + `","x":"`: `"}`,
			}), 403, "/auth/session")
			if cookies := ann.Cookies(ann.server.URL); len(cookies) > 0 {
				t.Errorf("an attacker's page left the cookie %+v", cookies[0])
			}

			ann.lands(ann.attack(from, "/auth/register", urlencoded, map[string]string{
				"email": ann.email, "password": mallory.password,
			}), 403, "/auth/register")
			ann.signUp() // which fails if the address is taken
		})
	}
}

// SECURITY WEB-01.
func TestWEB01_NoOtherSiteActsForWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	for _, from := range neighbours(t) {
		t.Run(from.Name, func(t *testing.T) {
			t.Parallel()
			ann := newUser(t)
			phone := ann.elsewhere()
			phone.lands(phone.logIn("/auth/login"), 200, "/auth/devices")
			ann.lands(ann.logIn("/auth/login"), 200, "/auth/devices")
			endPhone := ann.Attribute("#devices form", "action")
			session := ann.session()

			for path, fields := range map[string]map[string]string{
				"/auth/logout":          nil,
				"/auth/sessions/end":    nil,
				endPhone:                nil,
				"/auth/session/confirm": {"password": ann.password},
				"/auth/password":        {"current_password": ann.password, "new_password": "a password of mallory's"},
			} {
				answer := ann.attack(from, path, urlencoded, fields)
				if from.Credited {
					ann.lands(answer, 403, path)
				} else if answer.URL.Path != "/auth/login" {
					t.Errorf("a form without her cookie leads from %s to %s with %d", path, answer.URL, answer.Status)
				}
			}

			if ann.session() != session {
				t.Error("her session is another")
			}
			for name, v := range map[string]*visitor{"she": ann, "her phone": phone} {
				if _, status := v.me(v.session()); status != http.StatusOK {
					t.Errorf("%s is not signed in any more: %d", name, status)
				}
			}
			again := ann.elsewhere()
			again.lands(again.logIn("/auth/login"), 200, "/auth/devices")
		})
	}
}

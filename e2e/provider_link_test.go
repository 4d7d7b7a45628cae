package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/chrome"
)

// fetches has a script of the application's own page, which is open, make a request,
// and returns the status and the body.
func (v *visitor) fetches(method, path string) (status int, body string) {
	v.t.Helper()
	answer := chrome.Await[struct {
		Status int    `json:"status"`
		Body   string `json:"body"`
	}](v.Tab, fmt.Sprintf(`fetch(%q, {method: %q}).then(async answer => ({status: answer.status, body: await answer.text()}))`, path, method))
	return answer.Status, answer.Body
}

// links begins to link acme to the account that is signed in, as an application's own
// page does, and follows.
func (v *visitor) links() chrome.Answer {
	v.t.Helper()
	v.lands(v.open("/private"), http.StatusOK, "/private")
	return v.Run(fmt.Sprintf(`fetch(%q, {method: "POST"}).then(answer => answer.json()).then(link => location.assign(link.location))`,
		acmePath+"/link?return_to=%2Fprivate"))
}

// An account with a password gets another way in, and loses it again.
//
// SECURITY OAC-06, OAC-07.
func TestOAC06_AnAccountIsLinkedByWhoeverHasBoth(t *testing.T) {
	t.Parallel()
	ann, name := newUser(t), newName() // her address at acme is another
	ann.lands(ann.logIn("/auth/login?return_to=/private"), http.StatusOK, "/private")
	id := ann.Text("#user")
	ann.meetsAcme(ann.links())
	ann.lands(ann.passesAcme(name), http.StatusOK, "/private")
	if got := ann.Text("#user"); got != id {
		t.Errorf("after linking she is %q, was %q", got, id)
	}
	ann.open("/auth/devices")
	ann.leave()

	phone := ann.elsewhere()
	phone.lands(phone.logInThroughAcme("/auth/login?return_to=/private", name), http.StatusOK, "/private")
	if got := phone.Text("#user"); got != id {
		t.Errorf("through acme she is %q, want %q", got, id)
	}
	phone.open("/auth/devices")
	if got := phone.Text("#logout .who"); got != ann.email {
		t.Errorf("her address is %q, was %q", got, ann.email)
	}

	// Acme's account is hers: nobody else links it.
	bob := newUser(t)
	bob.lands(bob.logIn("/auth/login?return_to=/private"), http.StatusOK, "/private")
	bob.meetsAcme(bob.links())
	bob.refusedPage(bob.passesAcme(name), http.StatusConflict)

	phone.open("/private")
	if status, body := phone.fetches("DELETE", acmePath); status != http.StatusNoContent {
		t.Fatalf("unlinking is answered with %d: %s", status, body)
	}
	after := newVisitor(t)
	after.lands(after.logInThroughAcme("/auth/login?return_to=/private", name), http.StatusOK, "/private")
	if got := after.Text("#user"); got == id {
		t.Error("an account that was unlinked still leads to hers")
	}
	// That is an account without a password.
	if status, body := after.fetches("DELETE", acmePath); status != http.StatusConflict || !strings.Contains(body, "urn:authgen:last-way-in") {
		t.Errorf("the last way in is taken away with %d: %s", status, body)
	}
}

// Who has an address at a provider does not get the account of that address here.
//
// SECURITY OAC-07.
func TestOAC07_AnAccountWithTheSameAddressIsNotTakenOver(t *testing.T) {
	t.Parallel()
	ann := newUser(t)
	name, _, _ := strings.Cut(ann.email, "@")
	other := newVisitor(t)
	other.refusedPage(other.logInThroughAcme("/auth/login", name), http.StatusConflict)
	if other.session() != "" {
		t.Error("somebody is signed in")
	}
	ann.lands(ann.logIn("/auth/login"), http.StatusOK, "/auth/devices")
}

// A page of somebody else's links nothing: browsers say where the request is from.
//
// SECURITY WEB-01.
func TestWEB01_NoOtherSiteLinksAProvider(t *testing.T) {
	t.Parallel()
	for _, from := range neighbours(t) {
		t.Run(from.Name, func(t *testing.T) {
			t.Parallel()
			ann := newUser(t)
			ann.lands(ann.logIn("/auth/login"), http.StatusOK, "/auth/devices")
			answer := ann.attack(from, acmePath+"/link", urlencoded, nil)
			want := http.StatusUnauthorized
			if from.Credited {
				want = http.StatusForbidden
			}
			ann.lands(answer, want, acmePath+"/link")
			for _, cookie := range ann.Cookies(ann.server.URL) {
				if cookie.Name != "session" {
					t.Errorf("a form leaves the cookie %s", cookie.Name)
				}
			}
		})
	}
}

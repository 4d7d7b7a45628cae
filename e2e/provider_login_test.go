package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// The provider requires PKCE, and its ID tokens have the nonce that it was given.
//
// SECURITY OAC-02, LOG-02.
func TestOAC02_PeopleLogInThroughAProvider(t *testing.T) {
	t.Parallel()
	for name, setUp := range map[string]func(*visitor){
		"with script":    func(*visitor) {},
		"without script": func(v *visitor) { v.RunNoScript() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ann, name := newVisitor(t), newName()
			setUp(ann)
			trail := ann.follow()

			// She is kept on the way there, and has an account by that.
			ann.lands(ann.open("/private"), http.StatusOK, "/auth/login?return_to=%2Fprivate")
			if got := ann.Text(acmeButton); got != "Continue with Acme" {
				t.Errorf("the page says %q", got)
			}
			ann.meetsAcme(ann.Press(acmeButton))
			ann.lands(ann.passesAcme(name), http.StatusOK, "/private")
			id, status := ann.me(ann.session())
			if got := ann.Text("#user"); got != id || id == "" {
				t.Errorf("her page is of %q, want %q, with %d", got, id, status)
			}
			begun := trail.authorization(ann).Query()
			if begun.Get("code_challenge_method") != "S256" || len(begun.Get("code_challenge")) != 43 || begun.Get("nonce") == "" {
				t.Errorf("the provider was asked %v", begun)
			}
			ann.open("/auth/devices")
			if got := ann.Text("#logout .who"); got != addressOf(name) {
				t.Errorf("she is %q", got)
			}
			ann.hides(trail)

			// The provider still knows her, and so does the application.
			ann.leave()
			ann.open("/auth/login?return_to=/private")
			ann.lands(ann.Press(acmeButton), http.StatusOK, "/private")
			if got := ann.Text("#user"); got != id {
				t.Errorf("the second login is of %q, want %q", got, id)
			}
			phone := ann.elsewhere()
			setUp(phone)
			phone.lands(phone.logInThroughAcme("/auth/login", name), http.StatusOK, "/auth/devices")
			if got, _ := phone.me(phone.session()); got != id {
				t.Errorf("on her phone she is %q, want %q", got, id)
			}
		})
	}
}

// Whoever changes what the provider is asked does not get in: that is what the parts of
// the request are for.
//
// SECURITY OAC-01, OAC-02.
func TestOAC02_ARequestThatWasTamperedWithSignsNobodyIn(t *testing.T) {
	t.Parallel()
	other := newName() + newName()
	for name, c := range map[string]struct {
		changes map[string]string
		status  int
		stopped bool // at the provider, before anybody logs in
	}{
		"another nonce":     {map[string]string{"nonce": other[:22]}, http.StatusUnauthorized, false},
		"another challenge": {map[string]string{"code_challenge": other[:43]}, http.StatusBadRequest, false},
		"another state":     {map[string]string{"state": other[:43]}, http.StatusBadRequest, false},
		"no challenge":      {map[string]string{"code_challenge": "", "code_challenge_method": ""}, http.StatusBadRequest, true},
		"plain":             {map[string]string{"code_challenge_method": "plain"}, http.StatusBadRequest, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ann := newVisitor(t)
			trail := ann.follow()
			ann.open("/auth/login")
			ann.meetsAcme(ann.Press(acmeButton))
			request := trail.authorization(ann)
			query := request.Query()
			for name, value := range c.changes {
				if query.Set(name, value); value == "" {
					query.Del(name)
				}
			}
			request.RawQuery = query.Encode()

			answer := ann.Open(request.String())
			if !c.stopped {
				ann.meetsAcme(answer)
				answer = ann.passesAcme(newName())
			}
			ann.refusedPage(answer, c.status)
			if ann.session() != "" {
				t.Error("she is signed in")
			}
		})
	}
}

// SECURITY OAC-09.
func TestOAC09_ACancelledLoginIsAPageThatSaysSo(t *testing.T) {
	t.Parallel()
	ann := newVisitor(t)
	ann.RunNoScript()
	ann.cancelsAtAcme()
	if ann.session() != "" {
		t.Error("she is signed in")
	}
	// Back, after she went on, and once more.
	ann.open("/auth/login")
	ann.Back()
	if at := ann.At(); at.Path != acmePath+"/callback" || ann.Text("[role=alert]") == "" || ann.session() != "" {
		t.Errorf("back she is at %s", at)
	}
	ann.open("/auth/login?return_to=/private")
	ann.meetsAcme(ann.Press(acmeButton))
	ann.lands(ann.passesAcme(newName()), http.StatusOK, "/private")
}

func (v *visitor) cancelsAtAcme() {
	v.t.Helper()
	v.open("/auth/login")
	v.meetsAcme(v.Press(acmeButton))
	v.refusedPage(v.Press(`a[href$="/abort"]`), http.StatusBadRequest)
}

// What a browser keeps of a login is of no use once it is over.
//
// SECURITY OAC-01, OAC-09.
func TestOAC09_ACallbackIsGoodOnce(t *testing.T) {
	t.Parallel()
	ann := newVisitor(t)
	trail := ann.follow()
	ann.lands(ann.logInThroughAcme("/auth/login?return_to=/private", newName()), http.StatusOK, "/private")
	session, callback := ann.session(), trail.callback(ann)

	// The button to go back leads past it, to the provider, which knows that it is over.
	ann.Back()
	if at := ann.At().String(); !strings.HasPrefix(at, ann.server.acme.Issuer+"/interaction/") || ann.Has("form") {
		t.Errorf("back she is at %s", at)
	}
	again := func(v *visitor) {
		t.Helper()
		v.refusedPage(v.Open(callback.String()), http.StatusBadRequest)
	}
	again(ann)
	again(ann)
	thief := newVisitor(t)
	again(thief)
	if thief.session() != "" {
		t.Error("somebody else is signed in")
	}
	if got := ann.session(); got != session {
		t.Errorf("her session is %q, was %q", got, session)
	}
	ann.hasDevices(1)
}

func (v *visitor) hasDevices(want int) {
	v.t.Helper()
	v.lands(v.open("/auth/devices"), http.StatusOK, "/auth/devices")
	if got := v.Count("#devices > li"); got != want {
		v.t.Errorf("%d devices, want %d", got, want)
	}
}

package e2e

import (
	"strings"
	"testing"
)

// SECURITY SES-04.
func TestSES04_APlantedSessionIsNotAdopted(t *testing.T) {
	t.Parallel()
	planted := strings.Repeat("A", 43)
	ann := newUser(t)
	ann.SetCookie(ann.server.URL, "session", planted)
	ann.lands(ann.open("/private"), 200, "/auth/login?return_to=%2Fprivate")
	ann.lands(ann.logIn("/auth/login?return_to=/private"), 200, "/private")

	if got := ann.session(); got == planted || got == "" {
		t.Errorf("the session is %q after one was planted", got)
	}
	if _, status := ann.me(planted); status != 401 {
		t.Errorf("the planted session is answered with %d", status)
	}
}

// Who logs in again, as somebody else, leaves a session that is dead.
//
// SECURITY SES-04.
func TestSES04_TheSessionBeforeALoginIsDead(t *testing.T) {
	t.Parallel()
	mallory := newUser(t)
	mallory.lands(mallory.logIn("/auth/login"), 200, "/auth/devices")
	before := mallory.session()

	ann := newUser(t)
	ann.SetCookie(ann.server.URL, "session", before)
	ann.lands(ann.logIn("/auth/login?return_to=/private"), 200, "/private")
	id, _ := ann.me(ann.session())
	if got := ann.Text("#user"); got != id || ann.session() == before {
		t.Errorf("after her login she is %q, with the session %q of another", got, before)
	}
	if _, status := ann.me(before); status != 401 {
		t.Errorf("the session before the login is answered with %d", status)
	}
}

package e2e

import (
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/attacker"
)

// SECURITY WEB-09.
func TestWEB09_NoOtherSiteFramesThePages(t *testing.T) {
	t.Parallel()
	// Pages from nowhere may not frame what is on loopback, whatever it says.
	for _, from := range neighbours(t)[:2] {
		t.Run(from.Name, func(t *testing.T) {
			t.Parallel()
			ann := newUser(t)
			ann.lands(ann.logIn("/auth/login"), 200, "/auth/devices")
			for path, want := range map[string]bool{
				"/healthz":    true, // nothing keeps it from being framed: frames work
				"/auth/login": false, "/auth/register": false, "/auth/password": false, "/auth/devices": false, "/auth/confirm": false,
			} {
				if got := ann.Frames(from.Page(attacker.Frame(ann.server.URL + path))); got != want {
					t.Errorf("%s in a frame: %v, want %v", path, got, want)
				}
			}
		})
	}
}

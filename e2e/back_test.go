package e2e

import (
	"strings"
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/chrome"
)

// Who sits down at a computer that somebody left, and presses the button to go
// back, sees nothing of theirs.
//
// SECURITY SES-06.
func TestSES06_BackShowsNothingOfAnAccountThatWasLeft(t *testing.T) {
	t.Parallel()
	ann := newUser(t)
	ann.lands(ann.logIn("/auth/login"), 200, "/auth/devices")
	ann.open("/auth/password")
	ann.open("/auth/confirm")
	ann.open("/auth/devices")
	ann.leave()
	ann.goBack(4, ann.email, ann.password, "Chrome on")
}

// The same holds for an application's own pages: browsers keep a page in memory as
// it is, unless it says no-store.
//
// SECURITY SES-06.
func TestSES06_BackShowsNothingOfAGuardedPage(t *testing.T) {
	t.Parallel()
	ann := newUser(t)
	ann.lands(ann.logIn("/auth/login?return_to=/private"), 200, "/private")
	id := ann.Text("#user")
	ann.open("/auth/devices")
	ann.leave()
	ann.goBack(2, id)
}

func (v *visitor) leave() {
	v.t.Helper()
	v.lands(v.Press("#logout button"), 200, "/auth/login?notice=logged-out")
}

// goBack goes back some pages: each has to be the login, and to hold nothing of
// what is private.
func (v *visitor) goBack(pages int, private ...string) {
	v.t.Helper()
	for page := range pages {
		v.Back()
		at, text := v.At(), chrome.Eval[string](v.Tab, "document.documentElement.outerHTML")
		if at.Path != "/auth/login" {
			v.t.Errorf("%d pages back there is %s", page+1, at)
		}
		for _, what := range private {
			if strings.Contains(text, what) {
				v.t.Errorf("%d pages back, at %s, there is %q", page+1, at, what)
			}
		}
	}
}

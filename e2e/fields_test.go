package e2e

import (
	"net/http"
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/chrome"
)

// What is wrong with a field is said beside it, also to those who listen, and that
// is where one can go on typing.
func TestFieldsSayWhatIsWrongWithThem(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reach       func(*visitor)
		field, says string // the id of the field, and of what is wrong with it
	}{
		"an address that is taken": {
			func(v *visitor) { v.registers(v.email, v.password, http.StatusConflict) },
			"email", "email-error",
		},
		"no address": {
			func(v *visitor) { v.registers("nobody", v.password, http.StatusBadRequest) },
			"email", "email-error",
		},
		"a weak password": {
			func(v *visitor) { v.registers("new-"+v.email, "short", http.StatusUnprocessableEntity) },
			"password", "password-error",
		},
		"a wrong current password": {
			func(v *visitor) {
				v.logIn("/auth/login")
				v.changesPassword("not the password at all", "eleven red kites at dusk", http.StatusUnauthorized)
			},
			"current_password", "current_password-error",
		},
		"a weak new password": {
			func(v *visitor) {
				v.logIn("/auth/login")
				v.changesPassword(v.password, "short", http.StatusUnprocessableEntity)
			},
			"new_password", "new_password-error",
		},
		"a wrong password to confirm": {
			func(v *visitor) {
				v.logIn("/auth/login")
				v.confirmsWrongly()
			},
			"password", "password-error",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ann := newUser(t)
			ann.RunNoScript()
			c.reach(ann)

			field := "input#" + c.field
			if ann.Attribute(field, "aria-invalid") != "true" {
				t.Error("the field is not marked as wrong")
			}
			if !ann.Has(field+`[aria-describedby~="`+c.says+`"]`) || ann.Text("#"+c.says) == "" {
				t.Error("nothing beside the field says what is wrong")
			}
			if n := ann.Count("[aria-invalid=true]"); n != 1 {
				t.Errorf("%d fields are marked as wrong", n)
			}
			if focus := chrome.Eval[string](ann.Tab, "document.activeElement.id"); focus != c.field {
				t.Errorf("%q has the focus", focus)
			}
			if chrome.Eval[bool](ann.Tab, "[...document.querySelectorAll('[type=password]')].some(field => field.value !== '')") {
				t.Error("a password is shown again")
			}
		})
	}
}

// Password managers tell by these which field is what.
func TestFieldsSayWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	ann := newUser(t)
	ann.lands(ann.logIn("/auth/login"), 200, "/auth/devices")
	for page, fields := range map[string]map[string]string{
		"/auth/login":    {"email": "username", "password": "current-password"},
		"/auth/register": {"email": "username", "password": "new-password"},
		"/auth/password": {"current_password": "current-password", "new_password": "new-password"},
		"/auth/confirm":  {"password": "current-password"},
	} {
		ann.open(page)
		for field, want := range fields {
			if got := ann.Attribute("main input[name="+field+"]", "autocomplete"); got != want {
				t.Errorf("%s: the field %s is for %q, want %q", page, field, got, want)
			}
		}
	}
}

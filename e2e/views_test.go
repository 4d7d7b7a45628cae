package e2e

import (
	"net/http"
	"strings"

	"github.com/authgen-go/authgen/e2e/internal/attacker"
)

// A view is a page in one of its states, and how somebody who is registered gets
// there.
type view struct {
	name  string
	reach func(*visitor)
}

// views are all pages there are, with all that they may say.
func views(from attacker.Neighbour) []view {
	open := func(path string) func(*visitor) {
		return func(v *visitor) { v.open(path) }
	}
	signedIn := func(next func(*visitor)) func(*visitor) {
		return func(v *visitor) {
			v.lands(v.logIn("/auth/login"), http.StatusOK, "/auth/devices")
			next(v)
		}
	}
	return []view{
		{"login", open("/auth/login")},
		{"login-on-the-way", open("/private")},
		{"login-registered", open("/auth/login?notice=registered")},
		{"login-logged-out", open("/auth/login?notice=logged-out")},
		{"login-wrong", (*visitor).sendsWrongPassword},
		{"register", open("/auth/register")},
		{"register-taken", func(v *visitor) { v.registers(v.email, v.password, http.StatusConflict) }},
		{"register-weak", func(v *visitor) { v.registers("new-"+v.email, "short", http.StatusUnprocessableEntity) }},
		{"register-no-address", func(v *visitor) { v.registers("nobody", v.password, http.StatusBadRequest) }},
		{"devices", signedIn(open("/auth/devices"))},
		{"devices-several", signedIn((*visitor).seesBothDevices)},
		{"devices-ended-one", signedIn(open("/auth/devices?notice=device-ended"))},
		{"devices-ended-others", signedIn(open("/auth/devices?notice=devices-ended"))},
		{"devices-password-changed", signedIn(open("/auth/devices?notice=password-changed"))},
		{"password", signedIn(open("/auth/password"))},
		{"password-wrong", signedIn(func(v *visitor) {
			v.changesPassword("not the password at all", "eleven red kites at dusk", http.StatusUnauthorized)
		})},
		{"password-weak", signedIn(func(v *visitor) {
			v.changesPassword(v.password, "short", http.StatusUnprocessableEntity)
		})},
		{"confirm", signedIn(open("/auth/confirm?return_to=/auth/password"))},
		{"confirm-wrong", signedIn((*visitor).confirmsWrongly)},
		{"error-cross-site", signedIn(func(v *visitor) {
			v.lands(v.attack(from, "/auth/logout", urlencoded, nil), http.StatusForbidden, "/auth/logout")
		})},
		{"error-provider-cancelled", (*visitor).cancelsAtAcme},
		{"error-provider-address-taken", func(v *visitor) {
			name, _, _ := strings.Cut(v.email, "@")
			v.refusedPage(v.logInThroughAcme("/auth/login", name), http.StatusConflict)
		}},
	}
}

func (v *visitor) sendsWrongPassword() {
	v.t.Helper()
	wrong := *v
	wrong.password = "not the password at all"
	v.lands(wrong.logIn("/auth/login"), http.StatusUnauthorized, "/auth/session")
}

// registers sends the form of registration, which is refused with a status.
func (v *visitor) registers(email, password string, status int) {
	v.t.Helper()
	v.open("/auth/register")
	v.SkipChecks()
	v.Type("#register [name=email]", email)
	v.Type("#register [name=password]", password)
	v.lands(v.Press("#register button"), status, "/auth/register")
}

// changesPassword sends the form of a new password, which is refused with a status.
func (v *visitor) changesPassword(current, next string, status int) {
	v.t.Helper()
	v.open("/auth/password")
	v.SkipChecks()
	v.Type("#password [name=current_password]", current)
	v.Type("#password [name=new_password]", next)
	v.lands(v.Press("#password button"), status, "/auth/password")
}

func (v *visitor) confirmsWrongly() {
	v.t.Helper()
	v.open("/auth/confirm?return_to=/auth/password")
	v.Type("#confirm [name=password]", "not the password at all")
	v.lands(v.Press("#confirm button"), http.StatusUnauthorized, "/auth/session/confirm?return_to=%2Fauth%2Fpassword")
}

// seesBothDevices signs in with a phone as well, and looks at the list.
func (v *visitor) seesBothDevices() {
	v.t.Helper()
	phone := v.elsewhere()
	phone.Pretend(iPhone)
	phone.lands(phone.logIn("/auth/login"), http.StatusOK, "/auth/devices")
	v.open("/auth/devices")
}

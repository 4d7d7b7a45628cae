package page

import (
	"errors"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/password"
)

// A Form names a form by what it does.
type Form string

// The forms.
const (
	LoginForm     Form = "login"
	RegisterForm  Form = "register"
	ConfirmForm   Form = "confirm"
	PasswordForm  Form = "password"
	LogoutForm    Form = "logout"
	EndDeviceForm Form = "end-device"
	EndOthersForm Form = "end-others"
)

// A flow says where a form stands and where it leads.
type flow struct {
	page   Name     // that it stands on
	again  bool     // whether the page is shown again when the form is refused
	keeps  []string // the fields that need not be typed again
	leads  Name     // the page after a success; "" for where the browser wanted to go
	notice Notice   // what that page says
	blames []blame
}

// A blame says which field a refusal is about, and how.
type blame struct {
	refusal *authn.Problem
	field   string
	text    string // "" for the refusal's own
}

const wrongPassword = "The password is wrong."

func flows() map[Form]flow {
	return map[Form]flow{
		LoginForm: {page: Login, again: true, keeps: []string{"email", "remember"}},
		RegisterForm: {page: Register, again: true, keeps: []string{"email"}, leads: Login, notice: Registered, blames: []blame{
			{account.ErrInvalidEmail, "email", ""},
			{account.ErrEmailTaken, "email", ""},
			{password.ErrWeak, "password", ""},
		}},
		ConfirmForm: {page: Confirm, again: true, blames: []blame{
			{account.ErrInvalidCredentials, "password", wrongPassword},
		}},
		PasswordForm: {page: Password, again: true, leads: Devices, notice: PasswordChanged, blames: []blame{
			{account.ErrInvalidCredentials, "current_password", wrongPassword},
			{password.ErrWeak, "new_password", ""},
		}},
		LogoutForm:    {page: Devices, leads: Login, notice: LoggedOut},
		EndDeviceForm: {page: Devices, leads: Devices, notice: DeviceEnded},
		EndOthersForm: {page: Devices, leads: Devices, notice: DevicesEnded},
	}
}

// A sent form is one that a browser sent, without its secrets.
type sent struct {
	flow
	values map[string]string
}

// showsAgain reports whether the form's own page is the place to say what is wrong.
// What another site sent is not shown as if its reader had typed it.
func (s *sent) showsAgain(p *authn.Problem) bool {
	return s.again && p.Code != authn.CodeCrossSite
}

// blame puts what is wrong beside the field that it is about, or above the form.
func (s *sent) blame(v *View, p *authn.Problem) {
	v.Page, v.values = s.page, s.values
	for _, b := range s.blames {
		if errors.Is(p, b.refusal) {
			text := b.text
			if text == "" {
				text = p.Detail
			}
			v.fields = map[string]*Message{b.field: {Code: p.Code, Text: text}}
			return
		}
	}
	v.Problem = &Message{Code: p.Code, Text: p.Detail}
}

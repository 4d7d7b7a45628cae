package page_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/page"
	"github.com/authgen-go/authgen/runtime/password"
)

// SECURITY WEB-06.
func TestWEB06_AFormThatSucceedsLeadsOn(t *testing.T) {
	p := newPages(t)
	for _, c := range []struct {
		form     page.Form
		path, to string
	}{
		{page.LoginForm, "/auth/session", "/auth/devices"},
		{page.LoginForm, "/auth/session?return_to=%2Forders%3Fa%3D1%23b", "/orders?a=1#b"},
		{page.LoginForm, "/auth/session?return_to=%2F%2Fevil.example", "/auth/devices"},
		{page.LoginForm, "/auth/session?return_to=%2Fauth%2Flogin%3Freturn_to%3D%2Fx", "/auth/devices"},
		{page.ConfirmForm, "/auth/session/confirm?return_to=%2Fauth%2Fpassword", "/auth/password"},
		{page.RegisterForm, "/auth/register", "/auth/login?notice=registered"},
		{page.RegisterForm, "/auth/register?return_to=%2Forders", "/auth/login?notice=registered&return_to=%2Forders"},
		{page.RegisterForm, "/auth/register?return_to=https:evil.example", "/auth/login?notice=registered"},
		{page.PasswordForm, "/auth/password", "/auth/devices?notice=password-changed"},
		{page.LogoutForm, "/auth/logout", "/auth/login?notice=logged-out"},
		{page.EndDeviceForm, "/auth/sessions/A/end", "/auth/devices?notice=device-ended"},
		{page.EndOthersForm, "/auth/sessions/end", "/auth/devices?notice=devices-ended"},
	} {
		w := serve(p.Form(c.form)(endpoint(nil)), sent(c.path))
		leads(t, w, c.to)
		if len(w.Result().Cookies()) != 1 {
			t.Errorf("%s: the endpoint's cookie is lost: %v", c.path, w.Header())
		}
	}
}

func TestHomeIsWhereALoginLeads(t *testing.T) {
	p := newPages(t, func(c *page.Config) { c.Home = "/welcome?x=1" })
	leads(t, serve(p.Form(page.LoginForm)(endpoint(nil)), sent("/auth/session")), "/welcome?x=1")
}

// What is not a form passes as it is, and so does what an endpoint refuses it with.
func TestProgramsAreAnsweredAsEver(t *testing.T) {
	h := newPages(t).Form(page.LoginForm)
	for _, contentType := range []string{"", "application/json", "text/plain", "multipart/form-data; boundary=x"} {
		r := sent("/auth/session?return_to=%2Fx")
		r.Header.Set("Content-Type", contentType)
		if w := serve(h(endpoint(nil)), r); w.Code != http.StatusOK || w.Body.String() != "\"the body\"\n" {
			t.Errorf("%q: %d %s", contentType, w.Code, w.Body)
		}
		r = sent("/auth/session")
		r.Header.Set("Content-Type", contentType)
		if w := serve(h(endpoint(account.ErrInvalidCredentials)), r); w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%q: %v %s", contentType, w.Header(), w.Body)
		}
	}
}

func TestARefusedFormSaysWhyBesideTheField(t *testing.T) {
	p := newPages(t)
	for _, c := range []struct {
		form   page.Form
		err    error
		status int
		field  string // "" for the whole form
		text   string
	}{
		{page.LoginForm, account.ErrInvalidCredentials, http.StatusUnauthorized, "", "E-mail address or password is wrong."},
		{page.LoginForm, authn.ErrStrategyRetired, http.StatusUnauthorized, "", "has ended"},
		{page.LoginForm, authn.NewProblem(authn.CodeRateLimited, "Wait."), http.StatusTooManyRequests, "", "Wait."},
		{page.LoginForm, errors.New("dial tcp: refused"), http.StatusServiceUnavailable, "", "This cannot be checked right now."},
		{page.LoginForm, authn.ErrInvalidRequest.WithDetail("Strange."), http.StatusBadRequest, "", "Strange."},
		{page.RegisterForm, account.ErrEmailTaken, http.StatusConflict, "email", "exists"},
		{page.RegisterForm, account.ErrInvalidEmail, http.StatusBadRequest, "email", "is not valid"},
		{page.RegisterForm, password.ErrWeak.WithDetail("Too short."), http.StatusUnprocessableEntity, "password", "Too short."},
		{page.ConfirmForm, account.ErrInvalidCredentials, http.StatusUnauthorized, "password", "The password is wrong."},
		{page.PasswordForm, account.ErrInvalidCredentials, http.StatusUnauthorized, "current_password", "The password is wrong."},
		{page.PasswordForm, password.ErrWeak.WithDetail("Too common."), http.StatusUnprocessableEntity, "new_password", "Too common."},
	} {
		w := serve(p.Form(c.form)(endpoint(c.err)), sent("/x"))
		shows(t, w, c.status, `<form id="`+string(c.form)+`"`, c.text)
		body := w.Body.String()
		beside := strings.Contains(body, `id="`+c.field+`-error"`) && strings.Contains(body, `aria-describedby="`+c.field+`-error`) &&
			strings.Count(body, `aria-invalid="true"`) == 1
		if c.field != "" && (!beside || strings.Contains(body, `role="alert"`)) {
			t.Errorf("%s, %v: not beside %s: %s", c.form, c.err, c.field, body)
		}
		if c.field == "" && !strings.Contains(body, `role="alert"`) {
			t.Errorf("%s, %v: not above the form: %s", c.form, c.err, body)
		}
		if strings.Contains(body, "dial") {
			t.Errorf("the page tells the error: %s", body)
		}
	}
}

// SECURITY PWD-06, WEB-09.
func TestPWD06_TheFormComesBackWithoutItsSecrets(t *testing.T) {
	p := newPages(t)
	const hostile = `"><script>alert(1)</script>`
	w := serve(p.Form(page.LoginForm)(endpoint(account.ErrInvalidCredentials)),
		sent("/auth/session?return_to=%2Fa%22%3Cb", "email", hostile, "password", "hunter2hunter2", "remember", "true"))
	shows(t, w, http.StatusUnauthorized, `value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"`, `value="true" checked`, `action="/auth/session"`)
	if strings.Contains(w.Body.String(), "hunter2") || strings.Contains(w.Body.String(), "<script") {
		t.Errorf("the page holds what it must not: %s", w.Body)
	}

	w = serve(p.Form(page.LoginForm)(endpoint(account.ErrInvalidCredentials)), sent("/auth/session?return_to=%2Forders", "email", strings.Repeat("a", 513)))
	shows(t, w, http.StatusUnauthorized, `value=""`, `action="/auth/session?return_to=%2Forders"`)
}

// SECURITY WEB-03.
func TestWEB03_WhatAnotherSiteSentIsNotShown(t *testing.T) {
	w := serve(newPages(t).Form(page.LoginForm)(endpoint(authn.ErrCrossSite)), sent("/auth/session", "email", "evil@app.example"))
	shows(t, w, http.StatusForbidden, `role="alert"`, `href="https://app.example/auth/login"`)
	if strings.Contains(w.Body.String(), "evil") || strings.Contains(w.Body.String(), "<form") {
		t.Errorf("the page shows the form: %s", w.Body)
	}
}

// Whoever lost the session, or has to confirm, comes back to where the form stands.
func TestAFormWithoutALoginLeadsToOne(t *testing.T) {
	p := newPages(t)
	for _, c := range []struct {
		form     page.Form
		err      error
		path, to string
	}{
		{page.PasswordForm, authn.ErrAuthenticationRequired, "/auth/password", "/auth/login?return_to=%2Fauth%2Fpassword"},
		{page.PasswordForm, authn.ErrReauthenticationRequired, "/auth/password", "/auth/confirm?return_to=%2Fauth%2Fpassword"},
		{page.EndDeviceForm, authn.NewProblem(authn.CodeInvalidSession, ""), "/auth/sessions/A/end", "/auth/login?return_to=%2Fauth%2Fdevices"},
		{page.LogoutForm, authn.ErrAuthenticationRequired, "/auth/logout", "/auth/login?return_to=%2Fauth%2Fdevices"},
		{page.ConfirmForm, authn.ErrAuthenticationRequired, "/auth/session/confirm?return_to=%2Forders", "/auth/login?return_to=%2Forders"},
	} {
		w := serve(p.Form(c.form)(endpoint(c.err)), sent(c.path))
		leads(t, w, c.to)
		if w.Header().Get("WWW-Authenticate") != "" {
			t.Errorf("%s: a redirect with a challenge", c.path)
		}
	}
}

// The endpoint reads what was sent, to the last byte.
func TestAFormReachesItsEndpointWhole(t *testing.T) {
	p := newPages(t)
	for _, size := range []int{0, 1, authn.MaxBody, authn.MaxBody + 1, 3 * authn.MaxBody} {
		read := 0
		h := p.Form(page.LoginForm)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if read = len(body); err != nil {
				t.Error(err)
			}
			w.WriteHeader(http.StatusNoContent)
		}))
		r := httptest.NewRequest(http.MethodPost, "/auth/session", strings.NewReader(strings.Repeat("a", size)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if serve(h, r); read != size {
			t.Errorf("of %d bytes the endpoint reads %d", size, read)
		}
	}
}

func TestAnUnknownFormIsAMistake(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Form accepted a form that is not there")
		}
	}()
	newPages(t).Form("nothing")
}

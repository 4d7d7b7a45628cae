package page

import (
	"net/http"
	"strings"

	"github.com/authgen-go/authgen/runtime/authn"
)

// Page goes around an endpoint that shows a page. Whoever is refused for want of a
// login is led to the page for logging in and from there back, whoever has to confirm
// the password to that page; for everything else there is the page Error.
//
// It does not guard: that is left to what it goes around. A request that changes
// something is led back to nowhere, since nobody can go there.
func (p *Pages) Page(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visit{pages: p}
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			v.target, _ = ReturnTo(r.URL.RequestURI())
		}
		h.ServeHTTP(w, authn.WithRenderer(r, v.refuse))
	})
}

// Errors is [Pages.Page] for an endpoint that nobody can come back to, such as one that
// another site leads to with a code that is good once.
func (p *Pages) Errors(h http.Handler) http.Handler {
	v := visit{pages: p}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, authn.WithRenderer(r, v.refuse))
	})
}

// A visit is a request of a browser: where it is to come back to once what it lacks
// is mended, "" for nowhere, and the form that it sent, if it sent one.
type visit struct {
	pages  *Pages
	target string
	form   *sent
}

// refuse is an authn.Renderer.
func (v visit) refuse(w http.ResponseWriter, r *http.Request, problem *authn.Problem, requestID string) {
	p := v.pages
	switch {
	case needsLogin(problem):
		// The login page is no answer to a challenge, and a redirect carries none.
		w.Header().Del("WWW-Authenticate")
		seeOther(w, withReturnTo(p.cfg.Prefix+"/login", v.target))
		return
	case problem.Code == authn.CodeReauthenticationRequired:
		seeOther(w, withReturnTo(p.cfg.Prefix+"/confirm", v.target))
		return
	}
	view := p.view(r, Error)
	view.RequestID = requestID
	if v.form != nil && v.form.showsAgain(problem) {
		v.form.blame(&view, problem)
	} else {
		view.Problem = &Message{Code: problem.Code, Text: problem.Detail}
	}
	if err := p.write(w, problem.Code.Status(), view); err != nil {
		// Every template was tried; what is left is to say it plainly.
		http.Error(w, problem.Code.Title(), problem.Code.Status())
	}
}

// needsLogin reports whether a refusal is mended by logging in. A wrong password is
// not: that is what somebody who logs in has just typed. Nor is it that logins of this
// kind have ended.
func needsLogin(p *authn.Problem) bool {
	return p.Code.Status() == http.StatusUnauthorized && p.Code != authn.CodeInvalidCredentials && p.Code != authn.CodeStrategyRetired
}

// seeOther sends a browser on with a GET, whatever it came with (SECURITY WEB-06).
func seeOther(w http.ResponseWriter, location string) {
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusSeeOther)
}

// destination is where a login leads: where the browser wanted to go, or home. A page
// that asks for what was just given is no place to go.
func (p *Pages) destination(r *http.Request) string {
	path, ok := ReturnTo(r.URL.Query().Get("return_to"))
	if !ok {
		return p.cfg.Home
	}
	for _, name := range []Name{Login, Register, Confirm} {
		if bare, _, _ := strings.Cut(path, "?"); bare == p.cfg.Prefix+"/"+string(name) {
			return p.cfg.Home
		}
	}
	return path
}

package page

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/authgen-go/authgen/runtime/authn"
)

// maxKept is the length in bytes of the longest value that is shown again.
const maxKept = 512

// Form returns what goes around an endpoint that a form posts to. A request that is
// not [authn.IsForm] passes as it is. To a form the endpoint's success is answered
// with 303 and without its body, a refusal with the page that the form stands on, what
// is wrong beside its field and what was typed still there, secrets excepted
// (SECURITY WEB-06).
//
// It panics if there is no such form, which is a mistake in the program.
func (p *Pages) Form(name Form) func(http.Handler) http.Handler {
	flow, ok := flows()[name]
	if !ok {
		panic(fmt.Sprintf("page: there is no form %q", name))
	}
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !authn.IsForm(r) {
				h.ServeHTTP(w, r)
				return
			}
			v := visit{pages: p, target: p.home(r, flow), form: &sent{flow: flow, values: peek(r, flow.keeps)}}
			led := &leading{ResponseWriter: w, location: p.next(r, flow)}
			h.ServeHTTP(led, authn.WithRenderer(r, v.refuse))
		})
	}
}

// next is where a form leads.
func (p *Pages) next(r *http.Request, f flow) string {
	if f.leads == "" {
		return p.destination(r)
	}
	address := p.cfg.Prefix + "/" + string(f.leads) + "?notice=" + string(f.notice)
	returnTo, _ := ReturnTo(r.URL.Query().Get("return_to"))
	return withReturnTo(address, returnTo)
}

// home is where to come back to for another try: the form's page, which for a
// confirmation is no end in itself.
func (p *Pages) home(r *http.Request, f flow) string {
	if f.page == Confirm {
		return p.destination(r)
	}
	return p.cfg.Prefix + "/" + string(f.page)
}

// peek reads the fields called names of the form in r, and puts the body back for the
// endpoint, which judges it.
func peek(r *http.Request, names []string) map[string]string {
	body := r.Body
	head, _ := io.ReadAll(io.LimitReader(body, authn.MaxBody+1)) // an error comes again when the rest is read
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), body), body}

	form, _ := url.ParseQuery(string(head)) // what is malformed is left out here, and refused there
	values := make(map[string]string, len(names))
	for _, name := range names {
		if value := form.Get(name); len(value) <= maxKept {
			values[name] = value
		}
	}
	return values
}

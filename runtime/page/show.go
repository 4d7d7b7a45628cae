package page

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/authgen-go/authgen/runtime/authn"
)

// policy lets a page have the application's own styles, pictures and fonts, and
// forms that lead into the application; no script, no frames, nothing of others
// (SECURITY WEB-09).
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Show answers with a page. What add puts into the view is the page's own; it may be
// nil. An error is a defect of the template, and nothing was written.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, name Name, add func(*View)) error {
	v := p.view(r, name)
	if add != nil {
		add(&v)
	}
	return p.write(w, http.StatusOK, v)
}

// write renders the page before the first byte goes out.
func (p *Pages) write(w http.ResponseWriter, status int, v View) error {
	text, err := p.execute(v)
	if err != nil {
		return authn.ErrInternal.WithCause(err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	// Without a referrer at all a browser sends "Origin: null" with a form, which no
	// check of where it comes from lets through. A browser takes the last that it
	// knows; both keep the address from other sites.
	h.Set("Referrer-Policy", "no-referrer, same-origin")
	w.WriteHeader(status)
	_, _ = w.Write(text) // an error means that the client is gone
	return nil
}

func (p *Pages) execute(v View) ([]byte, error) {
	t, ok := p.templates[v.Page]
	if !ok {
		return nil, fmt.Errorf("there is no page %q", v.Page)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, v); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

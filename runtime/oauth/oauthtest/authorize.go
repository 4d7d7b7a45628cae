package oauthtest

import (
	"crypto/rand"
	"html/template"
	"net/http"
	"net/url"
)

// A grant is what a code is good for, once.
type grant struct {
	user                          User
	redirectURI, challenge, nonce string
	scope                         string
	used                          bool
}

// serveAuthorize logs the user in and sends the browser back. What is wrong with the
// request is answered here and sent nowhere.
func (p *Provider) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	switch {
	case err != nil || back.Host == "":
		http.Error(w, "redirect_uri", http.StatusBadRequest)
		return
	case q.Get("client_id") != p.ClientID, q.Get("response_type") != "code", q.Get("state") == "",
		q.Get("code_challenge_method") != "S256", len(q.Get("code_challenge")) != 43:
		http.Error(w, "client_id, response_type, state or code_challenge", http.StatusBadRequest)
		return
	}
	for name, values := range q {
		if len(values) > 1 {
			http.Error(w, name+" is repeated", http.StatusBadRequest)
			return
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code := rand.Text()
	p.grants[code] = &grant{
		user: p.user, redirectURI: q.Get("redirect_uri"), challenge: q.Get("code_challenge"),
		nonce: q.Get("nonce"), scope: q.Get("scope"),
	}
	p.keep(code, q.Get("state"), q.Get("nonce"))
	answer := url.Values{"code": {code}, "state": {q.Get("state")}}
	if r.URL.Path == PathGitHubAuthorize {
		answer.Set("iss", p.server.URL+"/login/oauth")
	} else {
		answer.Set("iss", p.server.URL)
	}
	change(p.misdeeds.Callback, answer)
	if q.Get("response_mode") == "form_post" {
		writeForm(w, back, answer)
		return
	}
	back.RawQuery = answer.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// page is XML as well as HTML, so that Browse can read it.
const page = `<html><body onload="document.forms[0].submit()"><form method="post" action="{{.Action}}">` +
	`{{range $name, $values := .Fields}}{{range $values}}<input type="hidden" name="{{$name}}" value="{{.}}"/>{{end}}{{end}}` +
	`</form></body></html>`

type form struct {
	Action string
	Fields url.Values
}

func writeForm(w http.ResponseWriter, to *url.URL, fields url.Values) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = template.Must(template.New("").Parse(page)).Execute(w, form{to.String(), fields})
}

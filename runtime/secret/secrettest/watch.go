package secrettest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// names are the members of JSON, the fields of forms and the parameters of URLs that are
// secrets, with their kinds. Logs name people by id only.
var names = map[string]string{
	"email":            "e-mail address",
	"password":         "password",
	"current_password": "password",
	"new_password":     "password",
	"access_token":     "access token",
	"refresh_token":    refreshToken,
	"id_token":         "ID token",
	"token":            "token",
	"key":              "API key",
	"client_secret":    "client secret",
	"client_assertion": "client assertion",
	"code_verifier":    "code verifier",
	"nonce":            "nonce",
	"secret":           "secret",
}

const refreshToken = "refresh token"

// flow are those of URLs and forms; in JSON their names say something else.
var flow = map[string]string{
	"code":  "authorization code",
	"state": "state",
}

// Watch notes the secrets of every request that passes and of its answer: cookies,
// Authorization and the named headers, parameters, fields of forms, and members of JSON that
// are called what secrets are called. What next does not read of a body nothing can give away.
func (s *Secrets) Watch(next http.Handler, headers ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.AddHeader(r.Header, headers...)
		s.AddQuery(r.URL.RawQuery)
		var asked bytes.Buffer
		if r.Body != nil && r.Body != http.NoBody {
			r = r.WithContext(r.Context())
			r.Body = watchedBody{io.TeeReader(r.Body, &asked), r.Body}
		}
		answer := &watchedAnswer{ResponseWriter: w}
		defer func() { // also where next panics
			s.AddBody(r.Header.Get("Content-Type"), asked.Bytes())
			s.AddAnswer(w.Header(), answer.body.Bytes())
		}()
		next.ServeHTTP(answer, r)
	})
}

type watchedBody struct {
	io.Reader
	io.Closer
}

type watchedAnswer struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (a *watchedAnswer) Write(p []byte) (int, error) {
	a.body.Write(p)
	return a.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (a *watchedAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// AddHeader notes what a request carries in its cookies, in Authorization and in the named
// headers.
func (s *Secrets) AddHeader(h http.Header, headers ...string) {
	for _, line := range h["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			_, value, _ := strings.Cut(pair, "=")
			s.Add("cookie", strings.Trim(value, ` "`))
		}
	}
	for _, value := range h["Authorization"] {
		_, credential, _ := strings.Cut(value, " ")
		s.Add("credential of Authorization", strings.TrimSpace(credential))
	}
	if _, password, ok := (&http.Request{Header: h}).BasicAuth(); ok {
		s.Add("client secret", password)
		if form, err := url.QueryUnescape(password); err == nil { // RFC 6749 section 2.3.1
			s.Add("client secret", form)
		}
	}
	for _, name := range headers {
		s.Add(name, h.Values(name)...)
	}
}

// AddAnswer notes what an answer gives: cookies, what the place has that it leads to, and
// members of JSON.
func (s *Secrets) AddAnswer(h http.Header, body []byte) {
	for _, cookie := range (&http.Response{Header: h}).Cookies() {
		s.Add("cookie", cookie.Value)
	}
	if to, err := url.Parse(h.Get("Location")); err == nil {
		s.AddQuery(to.RawQuery)
		s.AddQuery(to.Fragment)
	}
	s.AddBody(h.Get("Content-Type"), body)
}

// AddBody notes what the body of a request or of an answer has, if it is JSON or a form.
func (s *Secrets) AddBody(kind string, body []byte) {
	switch {
	case strings.Contains(kind, "json"):
		var value any
		if json.Unmarshal(body, &value) == nil {
			s.addJSON(value)
		}
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		s.AddQuery(string(body))
	}
}

func (s *Secrets) addJSON(value any) {
	switch value := value.(type) {
	case []any:
		for _, v := range value {
			s.addJSON(v)
		}
	case map[string]any:
		for name, v := range value {
			text, ok := v.(string)
			if ok {
				s.addNamed(names, name, text)
			}
			s.addJSON(v)
		}
	}
}

// AddQuery notes the parameters of a URL, or the fields of a form.
func (s *Secrets) AddQuery(query string) {
	values, _ := url.ParseQuery(query) // what is no parameter is none of ours
	for name, list := range values {
		for _, value := range list {
			s.addNamed(names, name, value)
			s.addNamed(flow, name, value)
		}
	}
}

func (s *Secrets) addNamed(kinds map[string]string, name, value string) {
	switch kind := kinds[name]; kind {
	case "":
	case refreshToken:
		s.AddRefreshToken(value)
	default:
		s.Add(kind, value)
	}
}

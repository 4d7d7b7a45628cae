package oauth

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/authgen-go/authgen/runtime/authn"
)

// maxForm is the size of the largest form that is read, in bytes.
const maxForm = 64 << 10

// forwarded is the parameter that a form's content travels in.
const forwarded = "answer"

// Forwards reports whether a provider answers by a form that the browser posts to the
// callback, which is then for [Service.Forward]. Of the providers of this package that is
// Apple.
func (s *Service) Forwards(provider string) bool {
	c := s.clients[provider]
	return c != nil && c.kind.formPost
}

// Forward takes the form that a provider has the browser post to the callback and returns
// where to send the browser, with 303: to the same callback by GET, for [Service.Finish],
// with the content of the form sealed in the query.
//
// A page of the provider posts that form, so the browser sends it without the cookies of
// this application, those of a session included, unless they were given to everybody's
// pages (SameSite=None). The request that Forward leads to is a navigation like that from
// any other provider: it has them all, and is none that another site could have posted.
// Nothing is judged before. A forged form leads to a callback without a flow.
func (s *Service) Forward(w http.ResponseWriter, r *http.Request, provider string) (location string, err error) {
	c, err := s.find(provider)
	if err != nil {
		return "", err
	}
	if !c.kind.formPost {
		return "", authn.ErrMethodNotAllowed.WithAllow(http.MethodGet)
	}
	form, err := readForm(w, r)
	if err != nil {
		return "", err
	}
	a, ok := readAnswer(form)
	if !ok {
		return "", s.refuse(r, c, "", because(ErrState, reasonMalformed, "the form is malformed"))
	}
	plain, err := json.Marshal(a)
	if err != nil {
		panic("oauth: " + err.Error()) // strings always marshal
	}
	sealed := base64.RawURLEncoding.EncodeToString(s.forms.seal(plain, provider))
	return c.callback + "?" + forwarded + "=" + sealed, nil
}

func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	const want = "application/x-www-form-urlencoded"
	if got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || got != want {
		return nil, authn.ErrUnsupportedMediaType.WithDetail("The body must be " + want + ".")
	}
	if r.ContentLength > maxForm {
		return nil, authn.ErrTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	if err != nil {
		return nil, authn.ErrTooLarge
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, authn.ErrInvalidRequest.WithDetail("The body is not a valid form.")
	}
	return form, nil
}

// open returns what Forward sealed for the same provider.
func (s *Service) openForwarded(provider, text string) (answer, bool) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return answer{}, false
	}
	plain, ok := s.forms.open(sealed, provider)
	if !ok {
		return answer{}, false
	}
	return parseForwarded(plain)
}

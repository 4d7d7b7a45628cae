package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/authgen-go/authgen/runtime/once"
)

// stateKind is what package once knows states by.
const stateKind = "oauth state"

// Finish takes a browser back from a provider: r is the callback, by GET. It returns who
// has logged in there, verified, and what the flow was begun with.
//
// A flow is over with its first callback, whatever comes of that: if the provider then
// does not answer, the login has to be begun again (SECURITY F-27). Of several callbacks
// with one state, here and in other processes, one is answered, and the code goes to the
// provider once (SECURITY OAC-01, OAC-10).
//
// The errors are those that the package names, [ErrUnknownProvider], and any other if it
// could not be found out whether the flow is over: it then is not, and the cookie stays. The
// caller, who knows the user, records a success; what is refused is recorded here.
func (s *Service) Finish(w http.ResponseWriter, r *http.Request, provider string) (Login, error) {
	c, err := s.find(provider)
	if err != nil {
		return Login{}, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	a, f, err := s.resume(ctx, w, r, c)
	if err != nil {
		return Login{}, s.refuse(r, c, f.User, err)
	}
	who, tokens, err := c.finish(ctx, a, f)
	if err != nil {
		return Login{}, s.refuse(r, c, f.User, err)
	}
	return Login{
		Provider: c.Name, Subject: who.subject, Email: who.email, EmailVerified: who.verified, Name: who.name,
		Flow: Flow{ReturnTo: f.ReturnTo, User: f.User}, Tokens: tokens,
	}, nil
}

// resume finds the flow that a callback belongs to, and ends it. Nothing else that the
// callback says has been looked at by then.
func (s *Service) resume(ctx context.Context, w http.ResponseWriter, r *http.Request, c *client) (answer, flow, error) {
	a, ok := s.answerOf(r, c)
	if !ok {
		return answer{}, flow{}, because(ErrState, reasonMalformed, "the callback is malformed")
	}
	f, cookie, reason := s.findFlow(r, c.Name, a.State)
	if reason != "" {
		return answer{}, flow{}, because(ErrState, reason, "the callback has no flow in this browser")
	}
	// Kept a little longer than the flow lives, because clocks differ.
	err := s.cfg.Once.Use(ctx, stateKind, a.State, f.ends().Add(maxAhead))
	if err != nil && !errors.Is(err, once.ErrUsed) {
		return answer{}, f, err
	}
	s.clearFlow(w, cookie)
	if err != nil {
		return answer{}, f, because(ErrState, reasonUsed, "the flow is over")
	}
	return a, f, nil
}

// answerOf reads the query of a callback.
func (s *Service) answerOf(r *http.Request, c *client) (answer, bool) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return answer{}, false
	}
	if values := query[forwarded]; c.kind.formPost && len(values) == 1 {
		return s.openForwarded(c.Name, values[0])
	}
	return readAnswer(query)
}

// finish judges an answer that belongs to a flow, and asks the provider who it is of.
func (c *client) finish(ctx context.Context, a answer, f flow) (person, Tokens, error) {
	e, err := c.endpoints(ctx)
	if err != nil {
		return person{}, Tokens{}, err
	}
	// Before the error, too: it may be that of another provider (RFC 9207 section 2.4).
	if a.Issuer == "" && e.promisesIssuer || a.Issuer != "" && !issuerFits(e.issuer, a.Issuer) {
		return person{}, Tokens{}, because(ErrState, reasonMixUp, "provider "+c.Name+": the callback is not of this provider")
	}
	if a.Error != "" {
		refused := ErrRefused
		if sentence := a.sentence(); sentence != "" {
			refused = refused.WithDetail(sentence)
		}
		return person{}, Tokens{}, because(refused, reasonRefused, "provider "+c.Name+" refused the login")
	}
	who, tokens, err := c.identify(ctx, e, f, a.Code)
	if err != nil {
		return person{}, Tokens{}, err
	}
	if c.kind.formPost && who.name == "" {
		who.name = appleName(a.Person)
	}
	return who, tokens, nil
}

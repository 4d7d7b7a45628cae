package oauth

import (
	"context"
	"fmt"
	"net/http"
)

// Begin begins a login at a provider, or the linking of it: it sets the cookie of the flow
// and returns where the browser has to go. Nothing is written anywhere else. Of r only the
// cookies of other flows are read: a few of them live on, for logins in several tabs.
//
// It waits for the provider only if it has not found out where that is yet. The errors are
// [ErrUnknownProvider] and [ErrProvider].
func (s *Service) Begin(w http.ResponseWriter, r *http.Request, provider string, f Flow) (location string, err error) {
	c, err := s.find(provider)
	if err != nil {
		return "", err
	}
	if len(f.User) > maxUser {
		return "", fmt.Errorf("oauth: the id of a user has more than %d bytes", maxUser)
	}
	if len(f.ReturnTo) > maxReturnTo {
		f.ReturnTo = ""
	}
	location, err = s.begin(w, r, c, f)
	if err != nil {
		return "", s.refuse(r, c, f.User, err)
	}
	return location, nil
}

func (s *Service) begin(w http.ResponseWriter, r *http.Request, c *client, f Flow) (string, error) {
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	e, err := c.endpoints(ctx)
	if err != nil {
		return "", err
	}
	begun, state := newFlow(f, s.cfg.Now())
	location, err := c.location(e, begun, state)
	if err != nil {
		return "", err
	}
	name, value := s.nameFor(c.Name, begun.StateHash), s.sealFlow(c.Name, begun)
	s.makeRoom(w, r, len(name)+len(value))
	setCookie(w, s.cookie(name, value, FlowLife))
	return location, nil
}

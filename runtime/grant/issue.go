package grant

import (
	"context"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/refresh"
)

// ErrInactiveUser: tokens were asked for on behalf of a user who is disabled or gone.
// It is answered like a wrong password (SECURITY PWD-06).
var ErrInactiveUser = refresh.ErrInactiveUser

// Issue signs user in, whose id is id and who has just been authenticated. It begins a
// family of refresh tokens, where there are any.
func (s *Service[UID, U, C]) Issue(ctx context.Context, user U, id UID) (Pair, error) {
	return s.IssueFrom(ctx, user, id, s.cfg.Now())
}

// IssueFrom is [Service.Issue] for a user who comes with a credential of another kind
// that stands for a login at authenticated: the tokens are as old as that login where it
// matters how recent one is.
func (s *Service[UID, U, C]) IssueFrom(ctx context.Context, user U, id UID, authenticated time.Time) (Pair, error) {
	if err := s.Retired(); err != nil {
		return Pair{}, err
	}
	if !user.Active() {
		return Pair{}, ErrInactiveUser
	}
	if now := s.cfg.Now(); authenticated.After(now) {
		authenticated = now
	}
	login := refresh.Family[UID]{UserID: id, UserVersion: user.AuthVersion(), AuthenticatedAt: authenticated.UTC()}
	if s.families == nil {
		return s.pair(ctx, user, login, "")
	}
	login, token, err := s.families.StartFrom(ctx, id, user.AuthVersion(), authenticated)
	if err != nil {
		return Pair{}, err
	}
	pair, err := s.pair(ctx, user, login, token)
	if err != nil {
		// Nobody has the refresh token. Removing its family is tidy, no more.
		_ = s.families.EndByID(context.WithoutCancel(ctx), id, login.ID)
		return Pair{}, err
	}
	return pair, nil
}

// Refresh gives the next Pair for a refresh token, whose account is looked at again:
// the new access token says what holds now. Its error is [refresh.ErrInvalidGrant] if
// the token is of no use, whatever the reason, and [authn.ErrStrategyRetired] from
// Config.Sunset on.
func (s *Service[UID, U, C]) Refresh(ctx context.Context, refreshToken string) (Pair, error) {
	if err := s.Retired(); err != nil {
		return Pair{}, err
	}
	ref, err := s.parse(refreshToken)
	if err != nil {
		s.record(ctx, audit.Event{Type: audit.TokenRefused, Outcome: audit.Denied, Reason: reasonMalformed})
		return Pair{}, err
	}
	family, user, next, err := s.families.Rotate(ctx, ref)
	if err != nil {
		return Pair{}, err
	}
	return s.pair(ctx, user, family, next)
}

// Retired returns [authn.ErrStrategyRetired] if no token is made any more: to be asked
// before a password is looked at.
func (s *Service[UID, U, C]) Retired() error { return authn.CheckSunset(s.cfg.Sunset, s.cfg.Now()) }

// LimitKey returns the name under which refreshes with a token are counted: that of
// its family, or "" if it was not made here.
func (s *Service[UID, U, C]) LimitKey(refreshToken string) string {
	ref, err := s.parse(refreshToken)
	if err != nil {
		return ""
	}
	return ref.ID.String()
}

func (s *Service[UID, U, C]) parse(refreshToken string) (refresh.Ref, error) {
	if s.families == nil {
		return refresh.Ref{}, refresh.ErrInvalidGrant
	}
	return s.families.Parse(refreshToken)
}

// pair makes the access token of a login. It does not outlive the login.
func (s *Service[UID, U, C]) pair(ctx context.Context, user U, login refresh.Family[UID], refreshToken string) (Pair, error) {
	var claims C
	if s.cfg.Claims != nil {
		if err := s.cfg.Claims(ctx, user, &claims); err != nil {
			return Pair{}, fmt.Errorf("claims of an access token: %w", err)
		}
	}
	c := s.cfg.Schema.Base(&claims)
	c.Subject, c.Version, c.AuthTime = text(login.UserID), login.UserVersion, login.AuthenticatedAt
	c.Family, c.ExpiresAt = "", time.Time{}
	if refreshToken != "" {
		c.Family, c.ExpiresAt = login.ID.String(), login.ExpiresAt
	}
	access, made, err := s.issuer.Issue(claims)
	if err != nil {
		return Pair{}, err
	}
	c = s.cfg.Schema.Base(&made)
	return Pair{
		AccessToken: access, ExpiresAt: c.ExpiresAt, ExpiresIn: c.ExpiresAt.Sub(c.IssuedAt), RefreshToken: refreshToken,
	}, nil
}

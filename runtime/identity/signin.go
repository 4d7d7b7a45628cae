package identity

import (
	"context"
	"errors"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit"
)

// tries is how often a login is looked at again that lost a race against another of
// the same account at the provider.
const tries = 3

// SignIn returns the user that a login belongs to, and makes one for a login that is new.
// Its refusals are
//
//   - [ErrDisabled]: the user may not log in
//   - [ErrEmailUnverified], [ErrClosed]: there is no user, and none is made
//   - account.ErrEmailTaken: somebody has the address; whoever it is has to log in and
//     link the provider (SECURITY OAC-07)
//   - authn.ErrStrategyRetired from Config.Sunset on
func (s *Service[ID, R]) SignIn(ctx context.Context, login Login) (account.User[ID, R], error) {
	user, err := s.signIn(ctx, login)
	e := audit.Event{Type: audit.Login}
	if err == nil || errors.Is(err, ErrDisabled) {
		e.Actor, e.Target = text(user.ID), text(user.ID)
	}
	if err != nil {
		return account.User[ID, R]{}, s.conclude(ctx, e, err)
	}
	e.Time, e.Strategy, e.Outcome = s.now(), strategy, audit.Success
	audit.Foretell(ctx, s.cfg.Audit, e)
	return user, nil
}

func (s *Service[ID, R]) signIn(ctx context.Context, login Login) (user account.User[ID, R], err error) {
	if err := s.retired(); err != nil {
		return user, err
	}
	for range tries {
		user, err = s.find(ctx, login)
		if !errors.Is(err, ErrNotFound) {
			break
		}
		user, err = s.begin(ctx, login)
		// Who has the identity or the address now may be another request of this login.
		if !errors.Is(err, ErrTaken) && !errors.Is(err, account.ErrEmailTaken) {
			break
		}
	}
	if err == nil && !user.Active() {
		err = ErrDisabled
	}
	return user, err
}

func (s *Service[ID, R]) find(ctx context.Context, login Login) (user account.User[ID, R], err error) {
	err = s.ask(ctx, "find identity", func(ctx context.Context) (err error) {
		user, err = s.cfg.Store.Find(ctx, login.Provider, login.Subject)
		return err
	})
	return user, err
}

// begin gives a login that is new a user: one with the same address, where that is
// allowed and both are verified, or one of its own.
func (s *Service[ID, R]) begin(ctx context.Context, login Login) (user account.User[ID, R], err error) {
	i, err := s.identity(login)
	switch {
	case err != nil:
		return user, err
	case i.Email == "":
		return user, ErrEmailUnverified
	}
	if s.cfg.LinkByEmail {
		user, err = s.linkVerified(ctx, i)
		if !errors.Is(err, ErrNotFound) {
			return user, err
		}
	}
	if s.cfg.Closed {
		return user, ErrClosed
	}
	return s.create(ctx, i)
}

// identity is a login as it is kept. An address that its provider does not vouch for, or
// that is none, is left out.
func (s *Service[ID, R]) identity(login Login) (Identity[ID], error) {
	if login.Provider == "" || login.Subject == "" {
		return Identity[ID]{}, errors.New("a login without a provider or a subject")
	}
	i := Identity[ID]{Provider: login.Provider, Subject: login.Subject, CreatedAt: s.now()}
	if login.EmailVerified {
		i.Email, _ = account.CanonicalEmail(login.Email)
	}
	return i, nil
}

func (s *Service[ID, R]) linkVerified(ctx context.Context, i Identity[ID]) (user account.User[ID, R], err error) {
	e := audit.Event{Type: audit.IdentityLinked, Actor: audit.ItsID, Target: i.Provider, Reason: "verified-email"}
	err = s.change(ctx, "link identity", e, func(ctx context.Context) (err error) {
		if user, err = s.cfg.Store.LinkVerified(ctx, i); err == nil {
			audit.Identify(ctx, user.ID)
		}
		return err
	})
	return user, err
}

func (s *Service[ID, R]) create(ctx context.Context, i Identity[ID]) (user account.User[ID, R], err error) {
	r := account.Record[ID, R]{User: account.User[ID, R]{Email: i.Email, Roles: []R{s.cfg.DefaultRole}, CreatedAt: i.CreatedAt}}
	if s.cfg.NewID != nil {
		if r.ID, err = s.cfg.NewID(); err != nil {
			return user, err
		}
	}
	e := audit.Event{Type: audit.UserRegistered, Actor: audit.ItsID, Target: audit.ItsID}
	err = s.change(ctx, "create account", e, func(ctx context.Context) (err error) {
		if user, err = s.cfg.Store.Create(ctx, r, i); err == nil {
			audit.Identify(ctx, user.ID)
		}
		return err
	})
	return user, err
}

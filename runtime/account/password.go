package account

import (
	"context"
	"errors"

	"github.com/authgen-go/authgen/runtime/audit"
)

// ChangePassword replaces a user's password, which ends every credential that was
// made under the old one: the user is returned at the new version. It returns
// [ErrInvalidCredentials] as [Service.Authenticate] does, for a wrong current
// password and also if another change came first; a problem derived from
// password.ErrWeak, before anything is hashed; password.ErrBusy; or an error that
// is no verdict, after which the password may be either.
func (s *Service[ID, R]) ChangePassword(ctx context.Context, id ID, current, next string) (User[ID, R], error) {
	u, reason, err := s.changePassword(ctx, id, current, next)
	e := passwordChanged(id)
	e.Reason = reason
	return u, s.concludeFailure(ctx, e, err)
}

func passwordChanged[ID comparable](id ID) audit.Event {
	return audit.Event{Type: audit.PasswordChanged, Actor: text(id), Target: text(id)}
}

func (s *Service[ID, R]) changePassword(ctx context.Context, id ID, current, next string) (_ User[ID, R], reason string, _ error) {
	r, err := s.byID(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return User[ID, R]{}, reasonNoAccount, ErrInvalidCredentials
	}
	if err != nil {
		return User[ID, R]{}, "", err
	}
	if err := s.fit(ctx, next, r.Email); err != nil {
		return User[ID, R]{}, "", err
	}
	if _, reason, err := s.verify(ctx, r, current); err != nil {
		return User[ID, R]{}, reason, err
	}
	hash, err := s.hash(ctx, next)
	if err != nil {
		return User[ID, R]{}, "", err
	}
	err = s.make(ctx, passwordChanged(id), func(ctx context.Context) error {
		return s.ask(ctx, "change password", func(ctx context.Context) (err error) {
			r.Version, err = s.cfg.Store.ChangePassword(ctx, id, r.PasswordHash, hash)
			return err
		})
	})
	s.cfg.Changed(id)
	if errors.Is(err, ErrNotFound) { // what was verified is no longer the password
		return User[ID, R]{}, reasonWrongPassword, ErrInvalidCredentials
	}
	if err != nil {
		return User[ID, R]{}, "", err
	}
	return r.User, "", nil
}

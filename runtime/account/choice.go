package account

import (
	"context"
	"log/slog"
	"time"

	"github.com/authgen-go/authgen/runtime/password"
)

// BreachedTimeout bounds a question to [Config.Breached].
const BreachedTimeout = 2 * time.Second

// errBreached: the password is known from a breach.
var errBreached = password.ErrWeak.WithDetail("This password is known from a breach of another site.")

// fit returns nil if a password may be chosen for the account of a canonical
// e-mail. It hashes nothing.
func (s *Service[ID, R]) fit(ctx context.Context, chosen, email string) error {
	if err := s.cfg.Policy.Check(chosen, email, s.cfg.Site); err != nil {
		return err
	}
	if s.cfg.Breached == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, BreachedTimeout)
	defer cancel()
	known, err := s.cfg.Breached(ctx, chosen)
	if err != nil {
		s.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "a new password was accepted without knowing whether it is breached")
		return nil
	}
	if known {
		return errBreached
	}
	return nil
}

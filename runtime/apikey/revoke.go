package apikey

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/authgen-go/authgen/runtime/audit"
)

// Revoke ends the key of owner that is named id, at once. If owner has no such key
// it returns [ErrNoSuchKey], whoever else may have it (SECURITY API-04). It is
// recorded as the owner's own doing.
//
// This and what else ends keys goes on when the client has gone away. If the storage
// did not confirm the end, the error says so.
func (s *Service[ID, S, U]) Revoke(ctx context.Context, owner ID, id string) error {
	if !isID(id) {
		return ErrNoSuchKey
	}
	e := audit.Event{Type: audit.KeyRevoked, Actor: text(owner), Target: id}
	err := s.end(ctx, e, func(ctx context.Context) error { return s.cfg.Store.Revoke(ctx, owner, id) },
		func(_ Hash, f *found[ID, S, U]) bool { return f.key.ID == id })
	switch {
	case err == nil:
		s.touches.Delete(id)
	case errors.Is(err, ErrNotFound):
		err = ErrNoSuchKey
	}
	return s.concludeFailure(ctx, e, err)
}

// RevokeAll ends the keys of owner. It is recorded as the owner's own doing.
func (s *Service[ID, S, U]) RevokeAll(ctx context.Context, owner ID) error {
	e := audit.Event{Type: audit.KeysRevoked, Actor: text(owner), Target: text(owner), Reason: reasonAll}
	err := s.end(ctx, e, func(ctx context.Context) error {
		_, err := s.cfg.Store.RevokeAll(ctx, owner)
		return err
	}, func(_ Hash, f *found[ID, S, U]) bool { return f.key.OwnerID == owner })
	return s.concludeFailure(ctx, e, err)
}

// Forget makes this process read the keys of owner again, whatever MaxStaleness
// says: for when the owner was disabled or has other scopes.
func (s *Service[ID, S, U]) Forget(owner ID) {
	s.kept.Forget(func(_ Hash, f *found[ID, S, U]) bool { return f.key.OwnerID == owner })
}

// Leaked ends key for a client who holds it, and need not be its owner: r is the
// request that says so, and answer the headers of what it is answered. The answer does not tell whether there was such a key; the
// error is nil, [ratelimit.ErrLimited] if the client's address has reported too many
// keys, or another if it could not be done.
func (s *Service[ID, S, U]) Leaked(answer http.Header, r *http.Request, key string) error {
	if err := s.leaks.Enter(answer, r, ""); err != nil {
		return err
	}
	return s.RevokeLeaked(r.Context(), key)
}

// RevokeLeaked does what Leaked does, without a limit: for what an application
// finds itself, or is told by a scanner that it trusts.
func (s *Service[ID, S, U]) RevokeLeaked(ctx context.Context, key string) error {
	e := audit.Event{Type: audit.KeyLeaked}
	hash, ok := Parse(s.cfg.Prefix, key)
	if !ok {
		e.Outcome, e.Reason = audit.Denied, reasonMalformed
		return s.conclude(ctx, e, nil)
	}
	e.Target = audit.ItsID
	err := s.end(ctx, e, func(ctx context.Context) error {
		k, err := s.cfg.Store.RevokeByHash(ctx, hash)
		if err == nil {
			audit.Identify(ctx, k.ID)
		}
		return err
	}, func(h Hash, _ *found[ID, S, U]) bool { return h == hash })
	if errors.Is(err, ErrNotFound) {
		e.Target, e.Outcome, e.Reason = "", audit.Denied, reasonUnknown
		return s.conclude(ctx, e, nil)
	}
	e.Target = ""
	return s.concludeFailure(ctx, e, err)
}

// end calls the storage for what e tells of and drops what is kept of the keys that match,
// even if the call failed: it may have been done all the same.
func (s *Service[ID, S, U]) end(ctx context.Context, e audit.Event, call func(context.Context) error, match func(Hash, *found[ID, S, U]) bool) error {
	err := s.change(context.WithoutCancel(ctx), call, e)
	s.kept.Forget(match)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("revoke API key: %w", err)
	}
	return err
}

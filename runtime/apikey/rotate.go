package apikey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// Rotate replaces the key of owner that is named id by a new one with the same name
// and scopes, which lives as long as a key may from now on, and returns it as
// [Service.Create] does. Both work until the old one ends: after overlap or, if that
// is nil, after Config.RotationOverlap, but not later than it would have ended
// anyway. An overlap of zero ends it at once. It may be shorter than
// Config.RotationOverlap but not longer: how long a key that was replaced may be
// around is the application's decision. It is recorded as the owner's own doing.
//
// The error is [authn.ErrStrategyRetired] from Config.Sunset on; [ErrInvalidOverlap];
// [ErrNoSuchKey] if owner has no such key, or one that has expired or was rotated before,
// so that of two rotations at once one succeeds; [audit.ErrUnrecorded] together with the
// key, which was made; or any other if it could not be done.
func (s *Service[ID, S, U]) Rotate(ctx context.Context, owner ID, id string, overlap *time.Duration) (Key[ID, S], string, error) {
	if !isID(id) {
		return Key[ID, S]{}, "", ErrNoSuchKey
	}
	k, key, err := s.rotate(ctx, owner, id, overlap)
	return k, key, s.concludeFailure(ctx, keyRotated(owner, id), err)
}

func keyRotated[ID comparable](owner ID, id string) audit.Event {
	return audit.Event{Type: audit.KeyRotated, Actor: text(owner), Target: id}
}

func (s *Service[ID, S, U]) rotate(ctx context.Context, owner ID, id string, overlap *time.Duration) (k Key[ID, S], key string, err error) {
	if err := s.retired(); err != nil {
		return k, "", err
	}
	rest := s.cfg.RotationOverlap
	if overlap != nil {
		rest = *overlap
	}
	if rest < 0 || rest > s.cfg.RotationOverlap {
		return k, "", ErrInvalidOverlap
	}
	next, key := s.mint(owner, s.cfg.MaxAge)
	err = s.change(ctx, func(ctx context.Context) (err error) {
		k, err = s.cfg.Store.Rotate(ctx, owner, id, next, canonical(next.CreatedAt.Add(rest)))
		return err
	}, keyRotated(owner, id), keyCreated(owner, next.ID))
	// Even if it failed: it may have been done all the same.
	s.kept.Forget(func(_ Hash, f *found[ID, S, U]) bool { return f.key.ID == id })
	switch {
	case errors.Is(err, audit.ErrUnrecorded):
		return k, key, err
	case errors.Is(err, ErrNotFound):
		return Key[ID, S]{}, "", ErrNoSuchKey
	case err != nil:
		return Key[ID, S]{}, "", fmt.Errorf("rotate API key: %w", err)
	}
	return k, key, nil
}

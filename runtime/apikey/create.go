package apikey

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// Create makes a key for owner, whose id is id and who was read just now. The text
// is the key: it is returned this once, and nobody can find it out again. It is
// recorded as the owner's own doing. The error is
//
//   - [ErrInvalidName], [ErrUnknownScope] or [ErrInvalidLife]
//   - [authn.ErrInsufficientScope] for scopes that the owner does not hold now
//   - [ErrInactiveOwner] if the owner is disabled or gone
//   - [authn.ErrStrategyRetired] from Config.Sunset on
//   - [ErrTooMany] if the owner has Config.MaxActive active keys
//   - [audit.ErrUnrecorded] together with the key, which was made
//   - any other if it could not be done
func (s *Service[ID, S, U]) Create(ctx context.Context, id ID, owner U, n NewKey[S]) (Key[ID, S], string, error) {
	k, key, err := s.create(ctx, id, owner, n)
	return k, key, s.concludeFailure(ctx, keyCreated(id, k.ID), err)
}

func keyCreated[ID comparable](owner ID, id string) audit.Event {
	return audit.Event{Type: audit.KeyCreated, Actor: text(owner), Target: id}
}

func (s *Service[ID, S, U]) create(ctx context.Context, id ID, owner U, n NewKey[S]) (none Key[ID, S], _ string, _ error) {
	if err := s.retired(); err != nil {
		return none, "", err
	}
	name, err := cleanName(n.Name)
	if err != nil {
		return none, "", err
	}
	life, err := s.life(n.ExpiresIn)
	if err != nil {
		return none, "", err
	}
	if !owner.Active() {
		return none, "", ErrInactiveOwner
	}
	scopes, err := s.grant(n.Scopes, owner)
	if err != nil {
		return none, "", err
	}
	r, key := s.mint(id, life)
	r.Name, r.Scopes = name, scopes
	err = s.change(ctx, func(ctx context.Context) error { return s.cfg.Store.Create(ctx, r, s.cfg.MaxActive) }, keyCreated(id, r.ID))
	switch {
	case errors.Is(err, audit.ErrUnrecorded):
		return r.Key, key, err
	case errors.Is(err, ErrNotFound):
		return none, "", ErrInactiveOwner
	case errors.Is(err, ErrTooMany):
		return none, "", ErrTooMany
	case err != nil:
		return none, "", fmt.Errorf("create API key: %w", err)
	}
	return r.Key, key, nil
}

// retired returns an error if no key is made any more.
func (s *Service[ID, S, U]) retired() error { return authn.CheckSunset(s.cfg.Sunset, s.now()) }

// life returns how long a new key lives (SECURITY API-07).
func (s *Service[ID, S, U]) life(asked time.Duration) (time.Duration, error) {
	switch {
	case asked == 0:
		return s.cfg.MaxAge, nil
	case asked < minLife:
		return 0, ErrInvalidLife
	case asked > s.cfg.MaxAge:
		return 0, ErrInvalidLife
	}
	return asked, nil
}

// grant returns the scopes of a new key in their stored form.
func (s *Service[ID, S, U]) grant(asked []S, owner U) ([]S, error) {
	held := s.cfg.OwnerScopes(owner)
	var missing []S
	for _, scope := range asked {
		if _, known := slices.BinarySearch(s.cfg.Scopes, scope); !known {
			return nil, ErrUnknownScope
		}
		if !slices.Contains(held, scope) {
			missing = append(missing, scope)
		}
	}
	if len(missing) > 0 {
		return nil, authn.InsufficientScope(JoinScopes(canonicalScopes(missing)))
	}
	return canonicalScopes(asked), nil
}

// mint makes a key that lives from now on; it has no name and no scopes yet.
func (s *Service[ID, S, U]) mint(owner ID, life time.Duration) (Record[ID, S], string) {
	key, hash := newKey(s.cfg.Prefix)
	now := s.now()
	return Record[ID, S]{
		Key: Key[ID, S]{
			ID: newID(), OwnerID: owner, Scopes: []S{}, Last4: key[len(key)-last4Length:],
			CreatedAt: now, ExpiresAt: canonical(now.Add(life)),
		},
		Hash: hash,
	}, key
}

// idLength is how long the ids are that rand.Text makes: at least 128 bits in
// base32. It says so in its documentation but promises no length for ever; see
// the test.
const idLength = 26

func newID() string { return rand.Text() }

// isID reports whether text can be the id of a key. What cannot be one is neither
// looked up nor recorded.
func isID(text string) bool {
	if len(text) != idLength {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < 'A' || c > 'Z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

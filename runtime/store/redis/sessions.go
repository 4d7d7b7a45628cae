package redis

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/session"
)

// Sessions is a [session.Storage] whose users live elsewhere. It is safe for
// concurrent use, also by many processes. See the package for how it keeps them.
type Sessions[ID comparable, U session.Account] struct {
	base
	ids     Codec[ID]
	lookup  func(ctx context.Context, id ID) (U, error)
	scripts sessionScripts
	swept   walk
}

var _ session.Storage[int64, account.User[int64, string]] = (*Sessions[int64, account.User[int64, string]])(nil)

// NewSessions returns the storage of the sessions that client keeps. It calls lookup
// whenever a session is found, made or listed: what has become of its user holds at
// once. A user that does not exist is [account.ErrNotFound] or [session.ErrNotFound],
// and has no sessions any more.
//
// The error says what is wrong with the arguments, or that no server could be asked.
func NewSessions[ID comparable, U session.Account](ctx context.Context, client goredis.UniversalClient, ids Codec[ID], lookup func(ctx context.Context, id ID) (U, error), o Options) (*Sessions[ID, U], error) {
	if ids.Format == nil || ids.Parse == nil || lookup == nil {
		return nil, doing("configure sessions", errors.New("a codec of ids and a lookup of users are required"))
	}
	b, err := newBase(ctx, client, o)
	if err != nil {
		return nil, doing("configure sessions", err)
	}
	return &Sessions[ID, U]{base: b, ids: ids, lookup: lookup, scripts: newSessionScripts()}, nil
}

// Create implements [session.Store].
func (s *Sessions[ID, U]) Create(ctx context.Context, row session.Session[ID], hash session.Hash) error {
	if _, err := s.user(ctx, row.UserID); err != nil {
		return err
	}
	return s.do(ctx, "create session", func(ctx context.Context) error { return s.create(ctx, row, hash) })
}

func (s *Sessions[ID, U]) create(ctx context.Context, row session.Session[ID], hash session.Hash) error {
	encoded, err := encodeRow(row, hash)
	if err != nil {
		return err
	}
	where := place{user: s.ids.Format(row.UserID), id: row.ID}
	life := s.keep(row.ExpiresAt)
	if err := s.point(ctx, hash, where, life); err != nil {
		return err
	}
	now := s.now()
	made, err := s.scripts.create.Run(ctx, s.client, s.keysOf(where.user),
		row.ID, encoded, micros(now.Add(life)), micros(now), milliseconds(life)).Bool()
	if err == nil && !made {
		s.unpoint(ctx, hash)
		err = fmt.Errorf("the session %q exists", row.ID)
	}
	return err
}

// Find implements [session.Store]. It asks the server twice, and then for the user.
func (s *Sessions[ID, U]) Find(ctx context.Context, hash session.Hash) (session.Session[ID], U, error) {
	var nobody U
	var row session.Session[ID]
	err := s.do(ctx, "find session", func(ctx context.Context) error {
		var err error
		row, err = s.find(ctx, hash)
		return err
	})
	if err != nil {
		return session.Session[ID]{}, nobody, err
	}
	user, err := s.user(ctx, row.UserID)
	if err != nil {
		return session.Session[ID]{}, nobody, err
	}
	return row, user, nil
}

func (s *Sessions[ID, U]) find(ctx context.Context, hash session.Hash) (session.Session[ID], error) {
	where, err := s.placeOf(ctx, hash)
	if err != nil {
		return session.Session[ID]{}, err
	}
	encoded, err := s.client.HGet(ctx, s.keysOf(where.user)[0], where.id).Result()
	if err != nil {
		return session.Session[ID]{}, absent(err)
	}
	user, err := s.ids.Parse(where.user)
	if err != nil {
		return session.Session[ID]{}, fmt.Errorf("the id of the user cannot be read: %w", err)
	}
	row, current, err := decodeRow(encoded, user, where.id)
	if err == nil && current != hash {
		err = session.ErrNotFound
	}
	return row, err
}

// user looks a user up and drops the sessions of one who is gone.
func (s *Sessions[ID, U]) user(ctx context.Context, id ID) (U, error) {
	user, err := s.lookup(ctx, id)
	if errors.Is(err, account.ErrNotFound) || errors.Is(err, session.ErrNotFound) {
		// That they are of no use is known already: removing them is tidy, no more.
		_ = s.do(ctx, "forget sessions", func(ctx context.Context) error {
			return s.client.Del(ctx, s.keysOf(s.ids.Format(id))...).Err()
		})
		return user, session.ErrNotFound
	}
	return user, err
}

// Rotate implements [session.Store].
func (s *Sessions[ID, U]) Rotate(ctx context.Context, old, next session.Hash, userVersion int64, at time.Time) error {
	return s.do(ctx, "rotate session", func(ctx context.Context) error { return s.rotate(ctx, old, next, userVersion, at) })
}

func (s *Sessions[ID, U]) rotate(ctx context.Context, old, next session.Hash, userVersion int64, at time.Time) error {
	where, life, err := s.placeAndLife(ctx, old)
	if err != nil {
		return err
	}
	if err := s.point(ctx, next, where, life); err != nil {
		return err
	}
	rotated, err := s.scripts.rotate.Run(ctx, s.client, s.keysOf(where.user),
		where.id, old[:], next[:], number(userVersion), number(micros(at))).Bool()
	switch {
	case err != nil:
		return err // it may have been done: both pointers stay
	case !rotated:
		s.unpoint(ctx, next)
		return session.ErrNotFound
	}
	s.unpoint(ctx, old)
	return nil
}

// Touch implements [session.Store]. The sessions of a user are touched in one step, those
// of different users each in one of their own: no step reaches over all the servers of a
// cluster. What is repeated after an error changes nothing more.
func (s *Sessions[ID, U]) Touch(ctx context.Context, touches []session.Touch) error {
	return s.do(ctx, "touch sessions", func(ctx context.Context) error { return s.touch(ctx, touches) })
}

func (s *Sessions[ID, U]) touch(ctx context.Context, touches []session.Touch) error {
	places, err := s.placesOf(ctx, touches)
	if err != nil {
		return err
	}
	var calls []call
	byUser := make(map[string]int)
	for i, t := range touches {
		if places[i] == nil {
			continue
		}
		at, ok := byUser[places[i].user]
		if !ok {
			at = len(calls)
			byUser[places[i].user] = at
			calls = append(calls, call{keys: s.keysOf(places[i].user)})
		}
		calls[at].args = append(calls[at].args, places[i].id, t.Hash[:], number(micros(t.SeenAt)))
	}
	_, err = s.runAll(ctx, s.scripts.touch, calls)
	return err
}

// Delete implements [session.Store].
func (s *Sessions[ID, U]) Delete(ctx context.Context, hash session.Hash) error {
	return s.do(ctx, "delete session", func(ctx context.Context) error { return s.delete(ctx, hash) })
}

func (s *Sessions[ID, U]) delete(ctx context.Context, hash session.Hash) error {
	where, err := s.placeOf(ctx, hash)
	if errors.Is(err, session.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = s.scripts.end.Run(ctx, s.client, s.keysOf(where.user), where.id, hash[:]).Err()
	}
	if err != nil {
		return err
	}
	s.unpoint(ctx, hash)
	return nil
}

// A place is where the row of a session is: what a token's hash leads to, for good.
type place struct{ user, id string }

func (p place) encode() []byte {
	b := binary.AppendUvarint(nil, uint64(len(p.user)))
	return append(append(b, p.user...), p.id...)
}

func decodePlace(text string) (place, error) {
	user, id, ok := cutSized([]byte(text))
	if !ok {
		return place{}, errRow
	}
	return place{user: string(user), id: string(id)}, nil
}

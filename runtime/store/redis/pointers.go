package redis

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/session"
)

// pointer is the key that leads from a token's hash to the place of its session.
func (s *Sessions[ID, U]) pointer(hash session.Hash) string {
	return s.prefix + "token:{" + base64.RawURLEncoding.EncodeToString(hash[:]) + "}"
}

// keysOf returns the keys of a user: the rows, and when they may be forgotten. They
// are in one slot, as what is in braces is the same, and never empty.
func (s *Sessions[ID, U]) keysOf(user string) []string {
	own := s.prefix + "{user:" + url.QueryEscape(user) + "}:"
	return []string{own + rowsOf, own + endsOf}
}

// What the keys of a user end with.
const (
	rowsOf = "sessions"
	endsOf = "ends"
)

// point makes hash lead to a place. That alone makes no session: the row must have
// the hash as well.
func (s *Sessions[ID, U]) point(ctx context.Context, hash session.Hash, to place, life time.Duration) error {
	err := s.client.SetArgs(ctx, s.pointer(hash), to.encode(), goredis.SetArgs{Mode: "NX", TTL: life}).Err()
	if errors.Is(err, goredis.Nil) {
		return errors.New("the token exists")
	}
	return err
}

// unpoint removes what leads nowhere, which is tidy, no more: it ends by itself.
func (s *Sessions[ID, U]) unpoint(ctx context.Context, hash session.Hash) {
	_ = s.client.Del(ctx, s.pointer(hash)).Err()
}

func (s *Sessions[ID, U]) placeOf(ctx context.Context, hash session.Hash) (place, error) {
	text, err := s.client.Get(ctx, s.pointer(hash)).Result()
	if err != nil {
		return place{}, absent(err)
	}
	return decodePlace(text)
}

// placeAndLife returns also for how long the pointer of hash will be kept.
func (s *Sessions[ID, U]) placeAndLife(ctx context.Context, hash session.Hash) (place, time.Duration, error) {
	pipe := s.client.Pipeline()
	text, life := pipe.Get(ctx, s.pointer(hash)), pipe.PTTL(ctx, s.pointer(hash))
	if _, err := pipe.Exec(ctx); err != nil {
		return place{}, 0, absent(err)
	}
	if life.Val() <= 0 { // ended in between
		return place{}, 0, session.ErrNotFound
	}
	where, err := decodePlace(text.Val())
	return where, life.Val(), err
}

// placesOf returns nil for what leads nowhere.
func (s *Sessions[ID, U]) placesOf(ctx context.Context, touches []session.Touch) ([]*place, error) {
	if len(touches) == 0 {
		return nil, nil
	}
	pipe := s.client.Pipeline()
	answers := make([]*goredis.StringCmd, len(touches))
	for i, t := range touches {
		answers[i] = pipe.Get(ctx, s.pointer(t.Hash))
	}
	_, _ = pipe.Exec(ctx) // each answer has its error
	places := make([]*place, len(touches))
	for i, a := range answers {
		text, err := a.Result()
		if errors.Is(err, goredis.Nil) {
			continue
		}
		if err != nil {
			return nil, err
		}
		where, err := decodePlace(text)
		if err != nil {
			return nil, err
		}
		places[i] = &where
	}
	return places, nil
}

// absent makes an answer that there is nothing a verdict, and no other error.
func absent(err error) error {
	if errors.Is(err, goredis.Nil) {
		return session.ErrNotFound
	}
	return err
}

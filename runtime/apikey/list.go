package apikey

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"
)

// pageSize is how many keys ExpiringWithin reads at a time.
const pageSize = 500

// List returns the keys of owner that have not expired, the newest first, those
// included that were rotated and live on. What this process knows of their last use
// is in it already.
func (s *Service[ID, S, U]) List(ctx context.Context, owner ID) ([]Key[ID, S], error) {
	var list []Key[ID, S]
	err := s.ask(ctx, func(ctx context.Context) (err error) {
		list, err = s.cfg.Store.List(ctx, owner)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list API keys: %w", err)
	}
	now := s.now()
	list = slices.DeleteFunc(list, func(k Key[ID, S]) bool { return !now.Before(k.ExpiresAt) })
	for i := range list {
		k := &list[i]
		if t, ok := s.touches.Get(k.ID); ok && t.UsedAt.After(k.LastUsedAt) {
			k.LastUsedAt, k.LastUsedAddr = t.UsedAt, t.Addr
		}
	}
	return list, nil
}

// ExpiringWithin goes through the keys of everybody that end within d from now, the
// earliest first, for an application to remind their owners. Keys that were rotated
// are left out: they have been replaced. After an error, which comes with a zero
// Key, it ends.
func (s *Service[ID, S, U]) ExpiringWithin(ctx context.Context, d time.Duration) iter.Seq2[Key[ID, S], error] {
	return func(yield func(Key[ID, S], error) bool) {
		now := s.now()
		until := canonical(now.Add(d))
		after := Position{ExpiresAt: now.Add(time.Microsecond)} // what ends now has ended
		for {
			var page []Key[ID, S]
			err := s.ask(ctx, func(ctx context.Context) (err error) {
				page, err = s.cfg.Store.Expiring(ctx, after, until, pageSize)
				return err
			})
			if err != nil {
				yield(Key[ID, S]{}, fmt.Errorf("list expiring API keys: %w", err))
				return
			}
			for _, k := range page {
				if !yield(k, nil) {
					return
				}
			}
			if len(page) < pageSize {
				return
			}
			last := page[len(page)-1]
			after = Position{ExpiresAt: last.ExpiresAt, ID: last.ID}
		}
	}
}

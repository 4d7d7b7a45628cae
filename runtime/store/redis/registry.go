package redis

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/authgen-go/authgen/runtime/session"
)

// List implements [session.Registry].
func (s *Sessions[ID, U]) List(ctx context.Context, user ID) ([]session.Session[ID], error) {
	_, err := s.user(ctx, user)
	if errors.Is(err, session.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var rows map[string]string
	err = s.do(ctx, "list sessions", func(ctx context.Context) error {
		var err error
		rows, err = s.client.HGetAll(ctx, s.keysOf(s.ids.Format(user))[0]).Result()
		return err
	})
	if err != nil {
		return nil, err
	}
	list := make([]session.Session[ID], 0, len(rows))
	for id, encoded := range rows {
		row, _, err := decodeRow(encoded, user, id)
		if err != nil {
			return nil, doing("list sessions", err)
		}
		list = append(list, row)
	}
	slices.SortFunc(list, func(a, b session.Session[ID]) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// DeleteByID implements [session.Registry].
func (s *Sessions[ID, U]) DeleteByID(ctx context.Context, user ID, id string) error {
	return s.do(ctx, "delete session", func(ctx context.Context) error {
		ended, err := s.scripts.endByID.Run(ctx, s.client, s.keysOf(s.ids.Format(user)), id).Bool()
		if err == nil && !ended {
			err = session.ErrNotFound
		}
		return err
	})
}

// DeleteByUser implements [session.Registry].
func (s *Sessions[ID, U]) DeleteByUser(ctx context.Context, user ID, exceptID string) (int, error) {
	var n int
	err := s.do(ctx, "delete sessions", func(ctx context.Context) error {
		var err error
		n, err = s.scripts.endByUser.Run(ctx, s.client, s.keysOf(s.ids.Format(user)), exceptID).Int()
		return err
	})
	return n, err
}

// DeleteExpired implements [session.Registry]. It looks at a bounded number of keys of
// the server, whosever they are, and continues there the next time: fewer than limit does
// not mean that there are no more.
func (s *Sessions[ID, U]) DeleteExpired(ctx context.Context, over session.Cutoffs, limit int) (int, error) {
	remove := s.removing(s.scripts.sweep, func(rows string, limit int) call {
		return call{
			keys: []string{rows, strings.TrimSuffix(rows, rowsOf) + endsOf},
			args: []any{micros(over.ExpiredAt), micros(over.IdleSince), micros(over.RememberedIdleSince), limit},
		}
	})
	var n int
	err := s.do(ctx, "sweep sessions", func(ctx context.Context) error {
		var err error
		n, err = s.swept.stretch(ctx, s.client, s.prefix+"{user:*}:"+rowsOf, limit, remove)
		return err
	})
	return n, err
}

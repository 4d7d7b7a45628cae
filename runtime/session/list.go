package session

import (
	"context"
	"fmt"
	"slices"
)

// List returns the sessions of user that live, the newest first. version is the
// user's current one: sessions made under another are dead and left out.
//
// A session whose last request may still be waiting to be written, here or in
// another process, is listed although its idle timeout seems to have come: a list
// must not hide a session that works.
func (m *Manager[ID, U]) List(ctx context.Context, user ID, version int64) ([]Session[ID], error) {
	var list []Session[ID]
	err := m.ask(ctx, func(ctx context.Context) (err error) {
		list, err = m.cfg.Store.List(ctx, user)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	now := m.now()
	return slices.DeleteFunc(list, func(s Session[ID]) bool {
		return s.UserVersion != version || !m.lives(s, now, 2*m.cfg.TouchInterval)
	}), nil
}

package storetest

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/refresh"
)

// raceRefresh has many present one token at once, to two processes: all get the one that
// replaces it, and none is taken for a thief (SECURITY F-15, L-08).
func raceRefresh[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	var nanos atomic.Int64
	nanos.Store(start.UnixNano())
	now := func() time.Time { return time.Unix(0, nanos.Add(int64(time.Millisecond))) }
	services := []*refresh.Service[ID, account.User[ID, R]]{f.refreshes(now), f.refreshes(now)}
	u := f.user("ada@example.com")
	family, token, err := services[0].Start(f.Context(), u.ID, u.Version)
	f.must(err)
	done := 0
	f.rounds(func(int) {
		next := make([]string, width)
		for i, err := range f.race(func(i int) error {
			presented, err := services[i%2].Parse(token)
			if err != nil {
				return err
			}
			_, _, next[i], err = services[i%2].Rotate(f.Context(), presented)
			return err
		}) {
			if err != nil || next[i] != next[0] || next[i] == token || next[i] == "" {
				f.Fatalf("caller %d has another token than caller 0, %v", i, err)
			}
		}
		token = next[0]
		done++
		if got, _, err := f.Families.Find(f.Context(), family.ID); err != nil || got.Counter != int64(1+done) {
			f.Errorf("counter %d, %v; want %d", got.Counter, err, 1+done)
		}
	})
}

// refreshes is the service of one process.
func (f *tokenFixture[ID, R]) refreshes(now func() time.Time) *refresh.Service[ID, account.User[ID, R]] {
	f.Helper()
	s, err := refresh.New(refresh.Config[ID, account.User[ID, R]]{
		Store: f.Families, Key: bytes.Repeat([]byte{7}, 32), StoreTimeout: time.Minute, SweepInterval: -1,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: now,
	})
	f.must(err)
	f.Cleanup(func() { _ = s.Close(context.Background()) }) // its error is nil
	return s
}

package redis_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/once"
	"github.com/authgen-go/authgen/runtime/store/redis"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

func newOnce(t testing.TB, b *bench) *redis.Once {
	t.Helper()
	return must[*redis.Once](t)(redis.NewOnce(t.Context(), b.client, redis.Options{Prefix: b.prefix, Now: func() time.Time { return start }}))
}

// SECURITY STO-01.
func TestSTO01_Once(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		storetest.Once(t, func(t *testing.T) once.Store { return newOnce(t, open(t)) })
	})
}

// SECURITY STO-02.
func TestSTO02_OfManyWhoUseAValueOneWins(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		s := newOnce(t, open(t))
		for round := range rounds(t) {
			key := once.Key(sha256.Sum256(fmt.Append(nil, round)))
			won := race(t, func(int) error { return s.Use(t.Context(), key, start.Add(time.Minute)) },
				func(err error) bool { return errors.Is(err, once.ErrUsed) })
			if won != 1 {
				t.Fatalf("round %d: %d of %d who used it at once won", round, won, width)
			}
		}
	})
}

// SECURITY STO-05.
func TestSTO05_AUsedValueIsKeptUntilItsEnd(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		s := newOnce(t, b)
		if err := s.Use(t.Context(), once.Key{1}, start.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		b.eachKey(t, func(ctx context.Context, key string) {
			if got, want := b.client.PTTL(ctx, key).Val(), time.Hour+10*time.Minute; !near(got, want) {
				t.Errorf("%s ends in %v, want %v", key, got, want)
			}
		})
	})
}

package redis_test

import (
	"context"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/store/redis"
)

// SECURITY F-08.
func TestF08_PingEndsWithItsDeadline(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		if err := redis.Ping(t.Context(), b.client); err != nil {
			t.Fatal(err)
		}
		b.stalled.Store(true)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		if err := redis.Ping(ctx, b.client); err == nil {
			t.Error("a server that does not answer is ready")
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %v to notice", took)
		}
		b.stalled.Store(false)
		if err := redis.Ping(t.Context(), b.client); err != nil {
			t.Errorf("once it answers again: %v", err)
		}
	})
}

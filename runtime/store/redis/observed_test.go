package redis_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/once"
	"github.com/authgen-go/authgen/runtime/store/redis"
	"github.com/authgen-go/authgen/runtime/usage"
)

func TestCallsAreObserved(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		var seen []usage.StoreCall
		b := open(t)
		o := b.options()
		o.Observe = func(_ context.Context, c usage.StoreCall) {
			if c.Took <= 0 || c.Took > time.Minute {
				t.Errorf("%+v", c)
			}
			c.Took = 0
			seen = append(seen, c)
		}
		used := must[*redis.Once](t)(redis.NewOnce(t.Context(), b.client, o))
		limiter := must[*redis.Limiter](t)(redis.NewLimiter(t.Context(), b.client, o))
		until := time.Now().Add(time.Minute)
		take(t, limiter, "a", fivePerMinute)
		if err := used.Use(t.Context(), once.Key{1}, until); err != nil {
			t.Fatal(err)
		}
		if err := used.Use(t.Context(), once.Key{1}, until); !errors.Is(err, once.ErrUsed) {
			t.Fatal(err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := used.Use(ended, once.Key{2}, until); err == nil {
			t.Fatal("a value was used after the end of the context")
		}
		want := []usage.StoreCall{
			{System: "redis", Operation: "take"}, {System: "redis", Operation: "use a value"}, {System: "redis", Operation: "use a value"},
			{System: "redis", Operation: "use a value", Failure: "canceled"},
		}
		if !slices.Equal(seen, want) {
			t.Errorf("seen %+v, want %+v", seen, want)
		}
	})
}

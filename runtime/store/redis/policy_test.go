package redis_test

import (
	"context"
	"errors"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/store/redis"
)

// answers stand in for those of a server; "" is that the command is forbidden.
type answers struct{ info, config string }

var errForbidden = errors.New("NOPERM User has no permissions to run the command")

func (a answers) DialHook(next goredis.DialHook) goredis.DialHook { return next }

func (a answers) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
}

func (a answers) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		switch c := cmd.(type) {
		case *goredis.IntCmd: // whether there is something
			return nil
		case *goredis.StringCmd:
			if c.Name() != "info" {
				break
			}
			if a.info == "" {
				c.SetErr(errForbidden)
			}
			c.SetVal(a.info)
			return c.Err()
		case *goredis.MapStringStringCmd:
			if c.Name() != "config" {
				break
			}
			if a.config == "" {
				c.SetErr(errForbidden)
			}
			c.SetVal(map[string]string{"maxmemory-policy": a.config})
			return c.Err()
		}
		return next(ctx, cmd)
	}
}

// SECURITY F-18, REV-04.
func TestF18_AServerThatEvictsIsRefused(t *testing.T) {
	const before, after = "# Memory\r\nused_memory:1\r\nmaxmemory_policy:", "\r\nmem_fragmentation_ratio:1.0\r\n"
	for name, c := range map[string]struct {
		answers
		evicts, unknown bool
	}{
		"info says that it does not":    {answers: answers{info: before + "noeviction" + after}},
		"info says that it does":        {answers: answers{info: before + "allkeys-lru" + after}, evicts: true},
		"info says that it may":         {answers: answers{info: before + "volatile-ttl" + after}, evicts: true},
		"only config may be asked":      {answers: answers{config: "noeviction"}},
		"config says that it does":      {answers: answers{config: "volatile-lru"}, evicts: true},
		"info leaves it out":            {answers: answers{info: "# Memory\r\nused_memory:1\r\n", config: "allkeys-random"}, evicts: true},
		"neither may be asked":          {unknown: true},
		"info leaves out and no config": {answers: answers{info: "# Memory\r\n"}, unknown: true},
	} {
		client := goredis.NewClient(&goredis.Options{Addr: "127.0.0.1:1", ContextTimeoutEnabled: true, MaxRetries: -1})
		t.Cleanup(func() { _ = client.Close() })
		client.AddHook(c.answers)
		_, used := redis.NewOnce(t.Context(), client, redis.Options{})
		_, limiter := redis.NewLimiter(t.Context(), client, redis.Options{})
		all := map[string]error{"Once": used, "Limiter": limiter}
		if c.evicts || c.unknown { // otherwise it goes on to talk to a server that is not there
			_, all["Revoked"] = redis.NewRevoked(t.Context(), client, redis.Options{})
		}
		for store, err := range all {
			if errors.Is(err, redis.ErrEvicts) != c.evicts || (err != nil) != (c.evicts || c.unknown) {
				t.Errorf("%s: %s: %v", name, store, err)
			}
		}
	}
}

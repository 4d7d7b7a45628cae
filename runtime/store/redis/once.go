package redis

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/once"
)

// Once is a [once.Store]. It is safe for concurrent use, also by many processes.
type Once struct {
	base
	use, sweep *goredis.Script
	swept      walk
}

var _ once.Store = (*Once)(nil)

// NewOnce returns the storage of the used values that client keeps. The error says what
// is wrong with the arguments, that the servers could not be asked, or that they may
// drop keys to make room, after which a value could be used again: see [ErrEvicts].
func NewOnce(ctx context.Context, client goredis.UniversalClient, o Options) (*Once, error) {
	b, err := newLasting(ctx, client, o)
	if err != nil {
		return nil, doing("configure used values", err)
	}
	return &Once{
		base: b,
		// end of the value, name of this use, life of the key. A value that has the name
		// already was used by the same call, which was sent again.
		use: goredis.NewScript(`
local value = ARGV[1] .. ' ' .. ARGV[2]
if redis.call('SET', KEYS[1], value, 'NX', 'PX', ARGV[3]) then return 1 end
if redis.call('GET', KEYS[1]) == value then return 1 end
return 0`),
		// now.
		sweep: goredis.NewScript(`
local value = redis.call('GET', KEYS[1])
if not value then return 0 end
if tonumber(string.match(value, '^%-?%d+')) > tonumber(ARGV[1]) then return 0 end
return redis.call('DEL', KEYS[1])`),
	}, nil
}

const usedOf = "used:"

// Use implements [once.Store]. It is one step.
func (s *Once) Use(ctx context.Context, key once.Key, until time.Time) error {
	return s.do(ctx, "use a value", func(ctx context.Context) error {
		first, err := s.use.Run(ctx, s.client, []string{s.prefix + usedOf + "{" + base64.RawURLEncoding.EncodeToString(key[:]) + "}"},
			micros(until), rand.Text(), milliseconds(s.keep(until))).Bool()
		if err == nil && !first {
			err = once.ErrUsed
		}
		return err
	})
}

// DeleteUsed implements [once.Store]. What has ended is removed by the server a little
// later in any case. It looks at a bounded number of keys and continues there the next
// time: fewer than limit does not mean that there are no more.
func (s *Once) DeleteUsed(ctx context.Context, now time.Time, limit int) (int, error) {
	remove := s.removing(s.sweep, func(key string, _ int) call {
		return call{keys: []string{key}, args: []any{micros(now)}}
	})
	var n int
	err := s.do(ctx, "sweep used values", func(ctx context.Context) error {
		var err error
		n, err = s.swept.stretch(ctx, s.client, s.prefix+usedOf+"*", limit, remove)
		return err
	})
	return n, err
}

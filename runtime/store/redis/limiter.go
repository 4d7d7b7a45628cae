package redis

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/internal/steady"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// Limiter is a [ratelimit.Limiter] that many processes share: together they allow the
// rate once. It is safe for concurrent use and decides like a [ratelimit.Memory] that has
// room, to the nanosecond. What is limited is stored as its SHA-256, and for no longer
// than until its bucket is full again, and a minute; what it remembers is stored likewise.
type Limiter struct {
	base
	clock    *steady.Clock // nil: the server's
	take     *goredis.Script
	giveBack *goredis.Script
}

var _ ratelimit.Limiter = (*Limiter)(nil)

// NewLimiter returns the limiter whose buckets client keeps. The clock is that of the
// server, so that processes need not agree on the time, unless Options.Now is given. When
// either jumps back nobody waits for longer than if their bucket had just been emptied
// (SECURITY F-21).
//
// The error says what is wrong with the arguments, that the servers could not be asked,
// or that they may drop keys to make room: see [ErrEvicts].
func NewLimiter(ctx context.Context, client goredis.UniversalClient, o Options) (*Limiter, error) {
	b, err := newLasting(ctx, client, o)
	if err != nil {
		return nil, doing("configure rate limits", err)
	}
	l := &Limiter{base: b, take: goredis.NewScript(takeScript), giveBack: goredis.NewScript(giveBackScript)}
	if o.Now != nil {
		l.clock = steady.New(o.Now)
	}
	return l, nil
}

// Take implements [ratelimit.Limiter]. It is one step. An error allows nothing.
func (l *Limiter) Take(ctx context.Context, key string, rate ratelimit.Rate) (ratelimit.Decision, error) {
	if err := rate.Validate(); err != nil {
		return ratelimit.Decision{}, err
	}
	var d ratelimit.Decision
	err := l.do(ctx, "take", func(ctx context.Context) error {
		var err error
		d, err = l.reserve(ctx, key, rate)
		return err
	})
	return d, err
}

func (l *Limiter) reserve(ctx context.Context, key string, rate ratelimit.Rate) (ratelimit.Decision, error) {
	count := time.Duration(rate.Count)
	interval := (rate.Per + count - 1) / count // rounded up, so as never to allow more
	capacity := interval * count
	args := []any{int64(interval / time.Second), int64(interval % time.Second), int64(capacity / time.Second), int64(capacity % time.Second)}
	if l.clock != nil {
		now := l.clock.Now()
		args = append(args, now.Unix(), now.Nanosecond())
	}
	answer, err := l.take.Run(ctx, l.client, []string{l.name("limit", key)}, args...).Int64Slice()
	if err != nil {
		return ratelimit.Decision{}, err
	}
	if len(answer) != 3 {
		return ratelimit.Decision{}, fmt.Errorf("the server answered %d numbers", len(answer))
	}
	span := time.Duration(answer[1])*time.Second + time.Duration(answer[2])
	if answer[0] == 0 {
		return ratelimit.Decision{RetryAfter: span}, nil
	}
	return ratelimit.Decision{Allowed: true, Remaining: int((capacity - span) / interval)}, nil
}

// GiveBack implements [ratelimit.Limiter]. It is one step.
func (l *Limiter) GiveBack(ctx context.Context, key string, rate ratelimit.Rate, n int) error {
	if err := rate.Validate(); err != nil {
		return err
	}
	count := time.Duration(rate.Count)
	back := (rate.Per + count - 1) / count * time.Duration(min(max(n, 0), rate.Count))
	return l.do(ctx, "give back", func(ctx context.Context) error {
		return l.giveBack.Run(ctx, l.client, []string{l.name("limit", key)}, int64(back/time.Second), int64(back%time.Second)).Err()
	})
}

// Remember implements [ratelimit.Limiter]. It is one step. The clock is always that of the
// server.
func (l *Limiter) Remember(ctx context.Context, key string, d time.Duration) error {
	d = min(max(d, time.Millisecond), ratelimit.MaxPer)
	return l.do(ctx, "remember", func(ctx context.Context) error {
		return l.client.Set(ctx, l.name("known", key), "", d).Err()
	})
}

// Remembers implements [ratelimit.Limiter]. It is one step.
func (l *Limiter) Remembers(ctx context.Context, key string) (bool, error) {
	var n int64
	err := l.do(ctx, "recall", func(ctx context.Context) (err error) {
		n, err = l.client.Exists(ctx, l.name("known", key)).Result()
		return err
	})
	return n == 1, err
}

// name is the key in the server of a key.
func (l *Limiter) name(kind, key string) string {
	hash := sha256.Sum256([]byte(key))
	return l.prefix + kind + ":{" + base64.RawURLEncoding.EncodeToString(hash[:]) + "}"
}

// giveBackScript moves the moment at which a bucket will be full by ARGV, seconds and
// nanoseconds. A bucket that is full sooner may be kept for longer than it has to be.
const giveBackScript = `
local held = redis.call('GET', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if not held or left <= 0 then return 0 end
local s, n = string.match(held, '^(%-?%d+) (%d+)$')
s, n = tonumber(s) - tonumber(ARGV[1]), tonumber(n) - tonumber(ARGV[2])
if n < 0 then s, n = s - 1, n + 1000000000 end
redis.call('SET', KEYS[1], string.format('%.0f %.0f', s, n), 'PX', left)
return 1`

// takeScript is the generic cell rate algorithm. The key holds the moment at which the
// bucket will be full. Times are pairs of seconds and nanoseconds: as one number they
// would not be exact.
//
// ARGV are the interval after which a take comes back, the capacity of the bucket, which
// is so many intervals, and now, unless that is for the server to say. The answer is
// whether the take was allowed and either for how long to wait or after how long the
// bucket will be full.
const takeScript = `
local billion = 1000000000
local function add(s, n, s2, n2)
  s, n = s + s2, n + n2
  if n >= billion then s, n = s + 1, n - billion end
  return s, n
end
local function sub(s, n, s2, n2)
  s, n = s - s2, n - n2
  if n < 0 then s, n = s - 1, n + billion end
  return s, n
end
local function later(s, n, s2, n2) return s > s2 or (s == s2 and n > n2) end

local interval_s, interval_n = tonumber(ARGV[1]), tonumber(ARGV[2])
local capacity_s, capacity_n = tonumber(ARGV[3]), tonumber(ARGV[4])
local now_s, now_n = tonumber(ARGV[5]), tonumber(ARGV[6])
if not now_s then
  local t = redis.call('TIME')
  now_s, now_n = tonumber(t[1]), tonumber(t[2]) * 1000
end
local most_s, most_n = add(now_s, now_n, capacity_s, capacity_n)

local due_s, due_n = now_s, now_n
local held = redis.call('GET', KEYS[1])
if held then
  local s, n = string.match(held, '^(%-?%d+) (%d+)$')
  s, n = tonumber(s), tonumber(n)
  if later(s, n, due_s, due_n) then due_s, due_n = s, n end
  -- A bucket cannot be emptier than empty: the clock was set back.
  if later(due_s, due_n, most_s, most_n) then due_s, due_n = most_s, most_n end
end

local next_s, next_n = add(due_s, due_n, interval_s, interval_n)
if later(next_s, next_n, most_s, most_n) then
  local s, n = sub(next_s, next_n, most_s, most_n)
  return {0, s, n}
end
local s, n = sub(next_s, next_n, now_s, now_n)
redis.call('SET', KEYS[1], string.format('%.0f %.0f', next_s, next_n), 'PX', string.format('%.0f', s * 1000 + math.ceil(n / 1000000) + 60000))
return {1, s, n}`

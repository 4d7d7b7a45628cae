package redis

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/revocation"
)

// Revoked is a [revocation.List]. It is safe for concurrent use, also by many processes.
//
// It is kept in 256 parts, and each part has a note of when it began. A server that lost
// what it had, as one that was flushed or came back empty, has lost the note as well: the
// part begins anew, and tokens of the time before count as revoked (SECURITY F-18).
type Revoked struct {
	base
	revoke *goredis.Script
}

var _ revocation.List = (*Revoked)(nil)

// NewRevoked returns the list of revoked tokens that client keeps. Where there is none
// yet it begins now, and tokens that are older count as revoked. The error says what is
// wrong with the arguments, that the servers could not be asked, or that they may drop
// keys to make room: see [ErrEvicts].
func NewRevoked(ctx context.Context, client goredis.UniversalClient, o Options) (*Revoked, error) {
	b, err := newLasting(ctx, client, o)
	if err != nil {
		return nil, doing("configure revoked tokens", err)
	}
	r := &Revoked{
		base: b,
		// life of the entry.
		revoke: goredis.NewScript(`
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
end
return 1`),
	}
	pipe := client.Pipeline()
	for part := range 256 {
		r.begin(ctx, pipe, noteOf(r.prefix, byte(part)))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, goredis.Nil) {
		return nil, doing("configure revoked tokens", err)
	}
	return r, nil
}

// begin notes that a part begins now, unless it has begun already.
func (r *Revoked) begin(ctx context.Context, c goredis.Cmdable, note string) *goredis.StatusCmd {
	// Tokens say in which second they were made: one of this second may be younger.
	return c.SetArgs(ctx, note, r.now().Unix(), goredis.SetArgs{Mode: "NX"})
}

func noteOf(prefix string, part byte) string {
	return fmt.Sprintf("%s{revoked:%02x}:since", prefix, part)
}

// keysOf returns the key of an id and the note of its part, which are in one slot.
func (r *Revoked) keysOf(id string) []string {
	hash := sha256.Sum256([]byte(id)) // ids may be of any length
	entry := fmt.Sprintf("%s{revoked:%02x}:%s", r.prefix, hash[0], base64.RawURLEncoding.EncodeToString(hash[:]))
	return []string{entry, noteOf(r.prefix, hash[0])}
}

// Revoke implements [revocation.List]. It is one step.
func (r *Revoked) Revoke(ctx context.Context, id string, until time.Time) error {
	return r.do(ctx, "revoke token", func(ctx context.Context) error {
		return r.revoke.Run(ctx, r.client, r.keysOf(id)[:1], milliseconds(r.keep(until))).Err()
	})
}

// Revoked implements [revocation.List]. It asks the server once.
func (r *Revoked) Revoked(ctx context.Context, id string, issuedAt time.Time) (bool, error) {
	var revoked bool
	err := r.do(ctx, "check token", func(ctx context.Context) error {
		var err error
		revoked, err = r.revoked(ctx, id, issuedAt)
		return err
	})
	return revoked, err
}

func (r *Revoked) revoked(ctx context.Context, id string, issuedAt time.Time) (bool, error) {
	keys := r.keysOf(id)
	values, err := r.client.MGet(ctx, keys...).Result()
	if err != nil {
		return false, err
	}
	if values[0] != nil {
		return true, nil
	}
	if since, ok := values[1].(string); ok {
		return older(issuedAt, since)
	}
	// The part was lost. Whoever notes it first says when it began anew.
	if err := r.begin(ctx, r.client, keys[1]).Err(); err != nil && !errors.Is(err, goredis.Nil) {
		return false, err
	}
	since, err := r.client.Get(ctx, keys[1]).Result()
	if err != nil {
		return false, err
	}
	return older(issuedAt, since)
}

// older reports whether a token was made before the list knew of all that were revoked.
func older(issuedAt time.Time, since string) (bool, error) {
	began, err := strconv.ParseInt(since, 10, 64)
	if err != nil {
		return false, fmt.Errorf("the note of when the list began cannot be read: %w", err)
	}
	return issuedAt.Before(time.Unix(began, 0)), nil
}

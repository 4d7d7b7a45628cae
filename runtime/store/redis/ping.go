package redis

import (
	"context"

	goredis "github.com/redis/go-redis/v9"
)

// Ping answers nil when every server that takes writes answers, and otherwise why one
// does not: for a readiness probe. It asks the servers themselves, also while the stores
// leave them alone because they have failed.
func Ping(ctx context.Context, client goredis.UniversalClient) error {
	servers, err := masters(ctx, client)
	if err != nil {
		return doing("ping", err)
	}
	for _, s := range servers {
		if err := s.Ping(ctx).Err(); err != nil {
			return doing("ping", err)
		}
	}
	return nil
}

package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// ErrEvicts: when a server is full it drops keys that must not be lost before their
// end: a token that was revoked would be good again, a value that was used could be used
// again, a name that was throttled would be free (SECURITY F-18, REV-04, RL-05). Its
// maxmemory-policy has to be noeviction, which answers with an error instead.
var ErrEvicts = errors.New("the server drops keys when it is full: its maxmemory-policy must be noeviction")

// errNoPolicy: neither way to learn the policy was open.
var errNoPolicy = errors.New("the server does not tell its maxmemory-policy: allow INFO or CONFIG GET")

// newLasting is newBase for what must not be evicted. It asks every server that takes
// writes; one that joins a cluster later is not asked.
func newLasting(ctx context.Context, client goredis.UniversalClient, o Options) (base, error) {
	b, err := newBase(ctx, client, o)
	if err != nil {
		return base{}, err
	}
	servers, err := masters(ctx, client)
	if err != nil {
		return base{}, fmt.Errorf("find the servers: %w", err)
	}
	for _, s := range servers {
		policy, err := policyOf(ctx, s)
		if err != nil {
			return base{}, err
		}
		if policy != "noeviction" {
			return base{}, fmt.Errorf("%w, not %s", ErrEvicts, policy)
		}
	}
	return b, nil
}

// policyOf asks for the policy in the two ways there are. Who hosts a server often
// forbids CONFIG, and seldom INFO.
func policyOf(ctx context.Context, s goredis.Cmdable) (string, error) {
	info, infoErr := s.Info(ctx, "memory").Result()
	for line := range strings.Lines(info) {
		if policy, ok := strings.CutPrefix(line, "maxmemory_policy:"); ok {
			return strings.TrimSpace(policy), nil
		}
	}
	config, err := s.ConfigGet(ctx, "maxmemory-policy").Result()
	if policy := config["maxmemory-policy"]; err == nil && policy != "" {
		return policy, nil
	}
	return "", errors.Join(errNoPolicy, infoErr, err)
}

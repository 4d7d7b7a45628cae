package servers

import (
	"context"
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"
)

func TestClustersTakeKeysOnEveryNode(t *testing.T) {
	t.Parallel()
	s := begin(t, RedisCluster())
	c := connectCluster(t, s)

	shards, err := c.ClusterShards(t.Context()).Result()
	do(t, "shards", err)
	var slots int64
	for _, shard := range shards {
		for _, r := range shard.Slots {
			slots += r.End - r.Start + 1
		}
	}
	if slots != clusterSlots || len(shards) != clusterNodes {
		t.Errorf("%d slots at %d nodes, want %d at %d", slots, len(shards), clusterSlots, clusterNodes)
	}

	for i := range 100 {
		do(t, "set", c.Set(t.Context(), fmt.Sprint("key", i), i, 0).Err())
	}
	do(t, "ask each node", c.ForEachMaster(t.Context(), func(ctx context.Context, node *redis.Client) error {
		n, err := node.DBSize(ctx).Result()
		if n == 0 {
			t.Errorf("%v has no key", node)
		}
		return err
	}))
}

func TestClustersServeWhatIsNotOfTheNodeThatIsDown(t *testing.T) {
	t.Parallel()
	s := begin(t, RedisCluster())
	c := connectCluster(t, s)
	keys := map[string]string{} // by node
	for i := 0; len(keys) < clusterNodes; i++ {
		key := fmt.Sprint("key", i)
		node, err := c.MasterForKey(t.Context(), key)
		do(t, "find the node", err)
		keys[node.Options().Addr] = key
		do(t, "set", c.Set(t.Context(), key, i, 0).Err())
	}

	down := s.Processes()[1]
	do(t, "kill", down.Kill())
	for addr, key := range keys {
		if err := c.Get(t.Context(), key).Err(); (err != nil) != (addr == down.Addr) {
			t.Errorf("%s, while %s is down: %v", addr, down.Addr, err)
		}
	}
	do(t, "restart", down.Restart(t.Context()))
	do(t, "ready", s.Ready(t.Context()))
	for _, key := range keys {
		do(t, "get", c.Get(t.Context(), key).Err())
	}
}

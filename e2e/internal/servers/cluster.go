package servers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

const (
	clusterNodes = 3
	clusterSlots = 16384
)

// RedisCluster is a Redis Cluster of three nodes, each with a third of the slots and no
// replica. While a node is down, the others serve what is theirs.
func RedisCluster() Kind {
	return Kind{
		name:     "Redis Cluster",
		variable: "AUTHGEN_TEST_REDIS_CLUSTER",
		user:     "redis",
		prepare:  prepareCluster,
		answers:  clusterAnswers,
	}
}

// A member is a node of the cluster that is being made.
type member struct {
	addr string
	bus  int // the port that the nodes talk to each other at
}

func prepareCluster(_ context.Context, f *folder) (plan, error) {
	password := rand.Text()
	var p plan
	var members []member
	var addrs []string
	for i := range clusterNodes {
		bus, err := f.port()
		if err != nil {
			return plan{}, err
		}
		n, err := redisNode(f, fmt.Sprintf("redis%d", i), password,
			"masterauth "+password,
			"cluster-enabled yes",
			fmt.Sprintf("cluster-port %d", bus),
			"cluster-announce-ip 127.0.0.1",
			"cluster-node-timeout 2000",
			"cluster-require-full-coverage no",
		)
		if err != nil {
			return plan{}, err
		}
		p.nodes = append(p.nodes, n)
		members = append(members, member{addr: n.addr, bus: bus})
		addrs = append(addrs, n.addr)
	}
	address := redisURL(addrs[0], password)
	p.url = address + "?" + url.Values{"addr": addrs[1:]}.Encode()
	p.join = func(ctx context.Context) error { return joinCluster(ctx, members, password) }
	return p, nil
}

// joinCluster gives each node its slots and has it meet the first.
func joinCluster(ctx context.Context, members []member, password string) error {
	host, port, err := net.SplitHostPort(members[0].addr)
	if err != nil {
		return err
	}
	for i, m := range members {
		client := redis.NewClient(&redis.Options{Addr: m.addr, Password: password})
		defer client.Close()
		first, end := i*clusterSlots/len(members), (i+1)*clusterSlots/len(members)
		err := errors.Join(
			client.Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err(), // else nodes may claim the same
			client.ClusterAddSlotsRange(ctx, first, end-1).Err(),
		)
		if i > 0 {
			err = errors.Join(err, client.Do(ctx, "CLUSTER", "MEET", host, port, members[0].bus).Err())
		}
		if err != nil {
			return fmt.Errorf("join the cluster: %w", err)
		}
	}
	return nil
}

// clusterAnswers asks each node that the URL names whether it knows all of the cluster.
func clusterAnswers(ctx context.Context, address string) error {
	options, err := redis.ParseClusterURL(address)
	if err != nil {
		return err
	}
	for _, addr := range options.Addrs {
		if err := memberAnswers(ctx, addr, options); err != nil {
			return fmt.Errorf("node %s: %w", addr, err)
		}
	}
	return nil
}

func memberAnswers(ctx context.Context, addr string, options *redis.ClusterOptions) error {
	client, err := askOnce(ctx, &redis.Options{Addr: addr, Username: options.Username, Password: options.Password, TLSConfig: options.TLSConfig})
	if err != nil {
		return err
	}
	defer client.Close()
	text, err := client.ClusterInfo(ctx).Result()
	if err != nil {
		return err
	}
	info := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		info[name] = value
	}
	if info["cluster_state"] != "ok" || info["cluster_slots_ok"] != strconv.Itoa(clusterSlots) {
		return fmt.Errorf("state %s, %s slots", info["cluster_state"], info["cluster_slots_ok"])
	}
	return nil
}

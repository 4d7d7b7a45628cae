package servers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"

	"github.com/redis/go-redis/v9"
)

const (
	sentinelName  = "app" // what the sentinels call the servers they watch
	sentinelCount = 3
)

// RedisSentinel is a Redis, one more that follows it, and three Sentinels that put the
// second in the place of the first half a second after that has fallen silent. The
// processes are in that order. The URL is a REDIS_URL. It is not one of [Kinds].
func RedisSentinel() Kind {
	return Kind{
		name:     "Redis Sentinel",
		variable: "AUTHGEN_TEST_REDIS_SENTINEL",
		user:     "redis",
		prepare:  prepareSentinel,
		answers:  sentinelAnswers,
	}
}

func prepareSentinel(_ context.Context, f *folder) (plan, error) {
	password := rand.Text()
	first, err := redisNode(f, "redis0", password, "masterauth "+password, "repl-diskless-sync-delay 0")
	if err != nil {
		return plan{}, err
	}
	host, port, err := net.SplitHostPort(first.addr)
	if err != nil {
		return plan{}, err
	}
	second, err := redisNode(f, "redis1", password, "masterauth "+password, "repl-diskless-sync-delay 0", "replicaof "+host+" "+port)
	if err != nil {
		return plan{}, err
	}
	address := redisURL(second.addr, password)
	p := plan{
		nodes: []node{first, second},
		join: func(ctx context.Context) error {
			return until(ctx, nil, func(ctx context.Context) error { return follows(ctx, address) })
		},
	}
	var addrs []string
	for i := range sentinelCount {
		n, err := sentinelNode(f, fmt.Sprintf("sentinel%d", i), host, port, password)
		if err != nil {
			return plan{}, err
		}
		p.nodes = append(p.nodes, n)
		addrs = append(addrs, n.addr)
	}
	p.url = redisURL(strings.Join(addrs, ","), password) + "?" + url.Values{"master_name": {sentinelName}}.Encode()
	return p, nil
}

// sentinelNode prepares a Sentinel, which writes to its configuration what it finds out.
func sentinelNode(f *folder, name, host, port, password string) (node, error) {
	programs, err := find([]place{"/usr/bin"}, "redis-server")
	if err != nil {
		return node{}, err
	}
	own, err := f.port()
	if err != nil {
		return node{}, err
	}
	data, err := f.mkdir(name)
	if err != nil {
		return node{}, err
	}
	config, err := f.write(name+"/sentinel.conf", strings.Join([]string{
		"bind 127.0.0.1",
		fmt.Sprintf("port %d", own),
		"dir " + data,
		fmt.Sprintf("sentinel monitor %s %s %s %d", sentinelName, host, port, sentinelCount/2+1),
		"sentinel auth-pass " + sentinelName + " " + password,
		"sentinel down-after-milliseconds " + sentinelName + " 500",
		"sentinel failover-timeout " + sentinelName + " 3000",
	}, "\n")+"\n")
	if err != nil {
		return node{}, err
	}
	return node{
		addr:    loopback(own),
		program: programs[0],
		args:    []string{config, "--sentinel"},
		stop:    syscall.SIGTERM,
		answers: func(ctx context.Context) error {
			client, err := askOnce(ctx, &redis.Options{Addr: loopback(own)})
			if err != nil {
				return err
			}
			defer client.Close()
			return client.Ping(ctx).Err()
		},
	}, nil
}

// follows is an error unless a Redis has all that the one has which it follows.
func follows(ctx context.Context, address string) error {
	options, err := redis.ParseURL(address)
	if err != nil {
		return err
	}
	client, err := askOnce(ctx, options)
	if err != nil {
		return err
	}
	defer client.Close()
	info, err := client.Info(ctx, "replication").Result()
	if err == nil && !strings.Contains(info, "master_link_status:up") {
		err = errors.New("it does not follow yet")
	}
	return err
}

// sentinelAnswers asks each Sentinel whether it knows all that there are.
func sentinelAnswers(ctx context.Context, address string) error {
	begin, end := strings.LastIndex(address, "@")+1, strings.LastIndex(address, "?")
	for addr := range strings.SplitSeq(address[begin:end], ",") {
		if err := knowsAll(ctx, addr); err != nil {
			return fmt.Errorf("sentinel %s: %w", addr, err)
		}
	}
	return nil
}

func knowsAll(ctx context.Context, addr string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	if err := conn.Close(); err != nil {
		return err
	}
	client := redis.NewSentinelClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true, MaxRetries: -1, DialerRetries: 1})
	defer client.Close()
	state, err := client.Master(ctx, sentinelName).Result()
	if err != nil {
		return err
	}
	if state["flags"] != "master" || state["num-slaves"] != "1" || state["num-other-sentinels"] != fmt.Sprint(sentinelCount-1) {
		return fmt.Errorf("it knows of %s, %s followers and %s other sentinels", state["flags"], state["num-slaves"], state["num-other-sentinels"])
	}
	return nil
}

package servers

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"

	"github.com/redis/go-redis/v9"
)

// Redis is one Redis. It keeps what it has answered for, also when it is killed.
func Redis() Kind {
	return Kind{
		name:     "Redis",
		variable: "AUTHGEN_TEST_REDIS",
		user:     "redis",
		prepare:  prepareRedis,
		answers:  redisAnswers,
	}
}

func prepareRedis(_ context.Context, f *folder) (plan, error) {
	password := rand.Text()
	n, err := redisNode(f, "redis", password)
	if err != nil {
		return plan{}, err
	}
	return plan{url: redisURL(n.addr, password), nodes: []node{n}}, nil
}

// redisNode prepares a process of Redis, with more settings.
func redisNode(f *folder, name, password string, settings ...string) (node, error) {
	programs, err := find([]place{"/usr/bin"}, "redis-server")
	if err != nil {
		return node{}, err
	}
	port, err := f.port()
	if err != nil {
		return node{}, err
	}
	data, err := f.mkdir(name)
	if err != nil {
		return node{}, err
	}
	// Not as arguments, which everybody can read.
	config, err := f.write(name+".conf", strings.Join(append([]string{
		"bind 127.0.0.1",
		fmt.Sprintf("port %d", port),
		"dir " + data,
		"requirepass " + password,
		`save ""`,
		"appendonly yes",
		"appendfsync no",
		"maxmemory 128mb",
	}, settings...), "\n")+"\n")
	if err != nil {
		return node{}, err
	}
	return node{
		addr:    loopback(port),
		program: programs[0],
		args:    []string{config},
		stop:    syscall.SIGTERM,
		answers: func(ctx context.Context) error { return redisAnswers(ctx, redisURL(loopback(port), password)) },
	}, nil
}

func redisURL(addr, password string) string {
	return (&url.URL{Scheme: "redis", User: url.UserPassword("", password), Host: addr}).String()
}

func redisAnswers(ctx context.Context, address string) error {
	options, err := redis.ParseURL(address)
	if err != nil {
		return err
	}
	client, err := askOnce(ctx, options)
	if err != nil {
		return err
	}
	defer client.Close()
	return client.Ping(ctx).Err()
}

// askOnce returns a client that keeps to the context and leaves it to us to ask again. It
// is an error if nobody listens yet, which the client would write to the log each time.
func askOnce(ctx context.Context, options *redis.Options) (*redis.Client, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", options.Addr)
	if err != nil {
		return nil, err
	}
	if err := conn.Close(); err != nil {
		return nil, err
	}
	options.ContextTimeoutEnabled, options.MaxRetries, options.DialerRetries = true, -1, 1
	return redis.NewClient(options), nil
}

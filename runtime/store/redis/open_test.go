package redis_test

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/store/redis"
)

func openURL(t *testing.T, text string) goredis.UniversalClient {
	t.Helper()
	client, err := redis.Open(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestOpenOfASingleServer(t *testing.T) {
	for text, want := range map[string]goredis.Options{
		"redis://cache":                          {Addr: "cache:6379"},
		"redis://cache/":                         {Addr: "cache:6379"},
		"redis://cache:7000/3":                   {Addr: "cache:7000", DB: 3},
		"redis://:s3cr%2Ft@cache":                {Addr: "cache:6379", Password: "s3cr/t"},
		"redis://app:p%40ss%3aword@cache:7000/1": {Addr: "cache:7000", Username: "app", Password: "p@ss:word", DB: 1},
		"redis://app:a@b:c@cache":                {Addr: "cache:6379", Username: "app", Password: "a@b:c"},
		"redis://app@[::1]":                      {Addr: "[::1]:6379", Username: "app"},
		"redis://[2001:db8::1]:7000":             {Addr: "[2001:db8::1]:7000"},
	} {
		got := openURL(t, text).(*goredis.Client).Options()
		if got.Addr != want.Addr || got.Username != want.Username || got.Password != want.Password || got.DB != want.DB || got.TLSConfig != nil {
			t.Errorf("%q: %s %s %s %d %v", text, got.Addr, got.Username, got.Password, got.DB, got.TLSConfig)
		}
		if !got.ContextTimeoutEnabled || got.ReadTimeout == 0 || got.DialTimeout == 0 {
			t.Errorf("%q: the client waits for longer than it is told to", text)
		}
	}
	if c := openURL(t, "rediss://cache").(*goredis.Client).Options().TLSConfig; c == nil || c.InsecureSkipVerify {
		t.Errorf("rediss:// gives %v", c)
	}
}

func TestOpenOfSeveralServers(t *testing.T) {
	cluster := openURL(t, "rediss://app:pw@r1:7000,r2,[::1]:7002/0").(*goredis.ClusterClient).Options()
	if want := []string{"r1:7000", "r2:6379", "[::1]:7002"}; !slices.Equal(cluster.Addrs, want) || cluster.Username != "app" || cluster.Password != "pw" {
		t.Errorf("a cluster: %v as %s", cluster.Addrs, cluster.Username)
	}
	if cluster.TLSConfig == nil || cluster.TLSConfig.ServerName != "" {
		t.Error("each server of a cluster has a name of its own")
	}
	if !cluster.ContextTimeoutEnabled || cluster.ReadOnly {
		t.Error("the client of a cluster is not fit for the stores")
	}
	for _, text := range []string{"redis://s1,s2:26380/2?master_name=app", "redis://s1?master_name=app"} {
		// A client of Sentinels is called after them until it has asked for the server.
		if o := openURL(t, text).(*goredis.Client).Options(); o.Addr != "FailoverClient" || !o.ContextTimeoutEnabled {
			t.Errorf("%q: %s", text, o.Addr)
		}
	}
}

// SECURITY ERR-03.
func TestERR03_OpenRefusesWithoutRepeating(t *testing.T) {
	const secret = "hunter2"
	for _, text := range []string{
		"", secret, "redis:" + secret, "http://app:" + secret + "@cache", "redis://", "redis://app:" + secret + "@",
		"redis://app:" + secret + "@cache:port", "redis://app:" + secret + "@cache:0", "redis://app:" + secret + "@cache:70000",
		"redis://app:" + secret + "%zz@cache", "redis://app:" + secret + "@::1", "redis://app:" + secret + "@r1,,r2",
		"redis://app:" + secret + "@cache/" + secret, "redis://app:" + secret + "@cache/-1", "redis://app:" + secret + "@cache/0/1",
		"redis://app:" + secret + "@r1,r2/1", "redis://cache?password=" + secret, "redis://cache?master_name=",
		"redis://cache?master_name=a&master_name=b", "redis://app:" + secret + "@cache?%zz", "redis://app:" + secret + "@ca che",
	} {
		client, err := redis.Open(text)
		if err == nil {
			_ = client.Close()
			t.Errorf("%q is accepted", text)
			continue
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows a secret: %v", err)
		}
	}
}

// What Open gives, the stores take, and it finds the servers.
func TestOpenOfServersThatAreThere(t *testing.T) {
	t.Run("single", func(t *testing.T) {
		tryLimiter(t, openURL(t, servertest.Need(t, servertest.Redis)))
	})
	t.Run("cluster", func(t *testing.T) {
		u, err := url.Parse(servertest.Need(t, servertest.RedisCluster))
		if err != nil {
			t.Fatal(err)
		}
		hosts := append([]string{u.Host}, u.Query()["addr"]...)
		userinfo := ""
		if u.User != nil {
			userinfo = u.User.String() + "@"
		}
		tryLimiter(t, openURL(t, u.Scheme+"://"+userinfo+strings.Join(hosts, ",")))
	})
}

func tryLimiter(t *testing.T, client goredis.UniversalClient) {
	t.Helper()
	l, err := redis.NewLimiter(t.Context(), client, redis.Options{Prefix: "authgen-test-open:"})
	if err != nil {
		t.Fatal(err)
	}
	if d := take(t, l, "a", fivePerMinute); !d.Allowed && d.RetryAfter == 0 {
		t.Errorf("%+v", d)
	}
}

// SECURITY F-01.
func TestF01_AServerThatRefusesIsNotWaitedFor(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	client := openURL(t, "redis://"+addr)
	began := time.Now()
	if err := redis.Ping(t.Context(), client); err == nil {
		t.Fatal("nobody answered")
	}
	if took := time.Since(began); took > 500*time.Millisecond {
		t.Errorf("it took %v", took)
	}
}

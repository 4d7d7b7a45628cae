package stores

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/e2e/internal/caller"
	"github.com/authgen-go/authgen/e2e/internal/servers"
)

// redisClients are clients of each node of the store, past the proxy.
func (r *rig) redisClients(t *testing.T) []*redis.Client {
	t.Helper()
	options, err := redis.ParseURL(strings.SplitN(r.store.URL, "?", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	var clients []*redis.Client
	for _, p := range r.store.Processes() {
		node := *options
		node.Addr = p.Addr
		client := redis.NewClient(&node)
		t.Cleanup(func() { client.Close() })
		clients = append(clients, client)
	}
	return clients
}

// redisSet changes a setting of all nodes, until it is called back.
func (r *rig) redisSet(t *testing.T, name, value string) (end func()) {
	t.Helper()
	clients := r.redisClients(t)
	old, err := clients[0].ConfigGet(t.Context(), name).Result()
	if err != nil {
		t.Fatal(err)
	}
	set := func(value string) {
		for _, c := range clients {
			if err := c.ConfigSet(t.Context(), name, value).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	set(value)
	return func() { set(old[name]) }
}

// SECURITY F-18.
func TestF18_ARedisThatForgetsEverything(t *testing.T) {
	onEach(t, (*backend).inRedis, func(t *testing.T, r *rig) {
		m, ended := r.members(t, 1)[0], r.ended(t)
		// Tokens bear the time in whole seconds.
		time.Sleep(1100 * time.Millisecond)
		for _, c := range r.redisClients(t) {
			if err := c.FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
		}
		flushed := time.Now()
		want(t, http.StatusUnauthorized, m.Me(r.URL, caller.Cookie(m.Session)))
		for name, token := range map[string]string{"that was good": m.Access, "that was revoked": ended.Access} {
			begun := time.Now()
			for {
				a := m.Me(r.URL, caller.Bearer(token))
				if a.Status == http.StatusOK {
					t.Fatalf("a token %s is good, though nobody knows whether it was revoked", name)
				}
				if a.Status == http.StatusUnauthorized {
					break
				}
				if err := a.Unavailable(); err != nil || time.Since(begun) > soon {
					t.Fatalf("a token %s: %s", name, a)
				}
				time.Sleep(50 * time.Millisecond)
			}
		}
		refused := time.Since(flushed)
		// What is in SQL stays, and gives new tokens.
		want(t, http.StatusOK, m.Me(r.URL, caller.Key(m.Key)))
		begun := time.Now()
		for {
			tokens := r.renewed(t, m, m.Refresh)
			if a := m.Me(r.URL, caller.Bearer(tokens.Access)); a.Status == http.StatusOK {
				break
			} else if time.Since(begun) > soon {
				t.Fatalf("new tokens: %s", a)
			}
			time.Sleep(100 * time.Millisecond)
		}
		renewed := time.Since(flushed)
		want(t, http.StatusOK, m.LogIn(r.URL))
		t.Logf("after FLUSHALL: sessions 401, tokens of before 401 within %v, new ones good within %v", refused.Round(time.Millisecond), renewed.Round(time.Millisecond))
	})
}

// SECURITY F-18.
func TestF18_ARedisThatEvictsIsRefusedAtTheStart(t *testing.T) {
	onEach(t, (*backend).inRedis, func(t *testing.T, r *rig) {
		for _, policy := range []string{"allkeys-lru", "volatile-ttl"} {
			end := r.redisSet(t, "maxmemory-policy", policy)
			_, err := r.startAnother(t)
			end()
			if err == nil || !strings.Contains(err.Error(), "the server ended") || !strings.Contains(err.Error(), policy) {
				t.Errorf("%s: %v", policy, err)
				continue
			}
			t.Logf("refused: %s", lastLine(err.Error()))
		}
		if _, err := r.startAnother(t); err != nil {
			t.Error(err)
		}
	})
}

// A replica takes over that has not heard of the last second: what Redis held of it is
// lost, as is documented, and what may not come back is in SQL.
//
// SECURITY F-19.
func TestF19_AFailoverThatLosesTheLastSecond(t *testing.T) {
	r := oneRedis.ready(t)
	replica, err := servers.Redis().Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { replica.Close() })
	follow(t, r, replica)

	before := r.members(t, 1)[0]
	lagging := redisAt(t, replica.URL)
	catchUp(t, r.redisClients(t)[0], lagging)
	// From here on the replica hears nothing.
	if err := lagging.Do(t.Context(), "REPLICAOF", "NO", "ONE").Err(); err != nil {
		t.Fatal(err)
	}
	late := r.members(t, 1)[0]
	used := before.Tokens
	next := r.renewed(t, before, used.Refresh)
	next = r.renewed(t, before, next.Refresh)
	password(t, lagging, r.redisClients(t)[0].Options().Password)
	r.proxy.Redirect(replica.Processes()[0].Addr)
	defer func() {
		r.proxy.Redirect(r.store.Processes()[0].Addr)
		r.untilReady(t)
	}()
	r.untilReady(t)

	want(t, http.StatusOK, before.Me(r.URL, caller.Cookie(before.Session)))
	want(t, http.StatusOK, before.Me(r.URL, caller.Bearer(next.Access)))
	want(t, http.StatusUnauthorized, late.Me(r.URL, caller.Cookie(late.Session))) // lost: they log in again
	want(t, http.StatusBadRequest, before.Renew(r.URL, used.Refresh))             // used, and does not come back
	t.Log("sessions and tokens of before the last second are good, a session of the last second is 401, a refresh token that was used in it stays used")
}

// follow has a replica copy the store of a rig.
func follow(t *testing.T, r *rig, replica *servers.Server) {
	t.Helper()
	main := r.redisClients(t)[0].Options()
	client := redisAt(t, replica.URL)
	host, port, _ := strings.Cut(main.Addr, ":")
	for _, command := range [][]any{{"CONFIG", "SET", "masterauth", main.Password}, {"REPLICAOF", host, port}} {
		if err := client.Do(t.Context(), command...).Err(); err != nil {
			t.Fatal(err)
		}
	}
}

func redisAt(t *testing.T, address string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(address)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { client.Close() })
	return client
}

// password has a Redis take another password, after which this client is of no use.
func password(t *testing.T, client *redis.Client, password string) {
	t.Helper()
	if err := client.ConfigSet(t.Context(), "requirepass", password).Err(); err != nil {
		t.Fatal(err)
	}
}

// catchUp waits until a replica holds what its main server holds.
func catchUp(t *testing.T, main, replica *redis.Client) {
	t.Helper()
	begun := time.Now()
	for {
		there, err := main.DBSize(t.Context()).Result()
		if err != nil {
			t.Fatal(err)
		}
		here, err := replica.DBSize(t.Context()).Result()
		if err == nil && there == here && there > 0 {
			return
		}
		if time.Since(begun) > 10*time.Second {
			t.Fatalf("the replica holds %d keys of %d: %v", here, there, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

package redis

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
)

// inFlight is how many calls are made at a time through a client of unknown kind.
const inFlight = 100

// failuresOfCluster in a row have a cluster asked whether any of its servers answers. They
// are few, as it is not by them that it is considered away: calls that fail may be those
// on one server, while the others have keys that can be served.
const failuresOfCluster = 3

// A cluster is asked so many questions, about keys all over it, and for so long.
const (
	questions = 8
	askingFor = 500 * time.Millisecond
)

// A Breaker makes an outage of servers cost milliseconds: when they could not be reached a
// few times in a row calls fail at once, and one at a time finds out whether they are
// back. It also bounds how many calls are made at a time (SECURITY F-01, F-08, F-09).
// Stores of one client share one, by [Options], so that what one of them finds out holds
// for all. It is safe for concurrent use.
type Breaker struct {
	client goredis.UniversalClient
	calls  *breaker.Breaker
}

// NewBreaker returns what stands between the stores of client and its servers. As many
// calls are made at a time as there may be connections, so that none waits for one. It
// asks no server yet.
func NewBreaker(client goredis.UniversalClient) *Breaker {
	cfg := breaker.Config{Away: away, InFlight: inFlight}
	switch c := client.(type) {
	case *goredis.Client:
		cfg.InFlight = c.Options().PoolSize
	case *goredis.ClusterClient:
		cfg.InFlight = c.Options().PoolSize * max(1, len(c.Options().Addrs))
		cfg.Failures = failuresOfCluster
		cfg.Answers = func() bool { return answers(c) }
	}
	return &Breaker{client: client, calls: breaker.New(cfg)}
}

// isOf reports whether the breaker was made for client.
func (b *Breaker) isOf(client goredis.UniversalClient) bool {
	if !reflect.ValueOf(client).Comparable() {
		return true // nobody can tell
	}
	return b.client == client
}

// answers reports whether any server of a cluster answers soon. It asks about keys, and
// not server by server: the client would first have to find out which there are, from one
// that may be away. Keys whose last digits are 0 to 7 lie in all four quarters of the
// slots, as these are a cyclic redundancy check.
func answers(c *goredis.ClusterClient) bool {
	ctx, cancel := context.WithTimeout(context.Background(), askingFor)
	defer cancel()
	answered := make(chan bool, questions)
	for i := range questions {
		go func() {
			err := c.Exists(ctx, DefaultPrefix+"ready:"+strconv.Itoa(i)).Err()
			var told goredis.Error // by the server, such as that it may not be asked this
			answered <- err == nil || errors.As(err, &told) && !away(err)
		}()
	}
	for range questions {
		if <-answered {
			return true
		}
	}
	return false
}

// away reports whether an error means that a server could not be asked, or could not
// answer yet.
func away(err error) bool {
	for _, known := range []error{goredis.ErrPoolTimeout, goredis.ErrPoolExhausted} {
		if errors.Is(err, known) {
			return true
		}
	}
	for _, prefix := range []string{"LOADING", "CLUSTERDOWN", "MASTERDOWN", "ERR max number of clients reached"} {
		if goredis.HasErrorPrefix(err, prefix) {
			return true
		}
	}
	return breaker.Unreached(err)
}

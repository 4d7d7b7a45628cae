package redis

import (
	"errors"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
)

// inFlight is how many calls a store makes at a time through a client of unknown kind.
const inFlight = 100

// failuresOfCluster are an outage of a cluster. They are many, as it has keys on servers
// that answer beside those on one that does not.
const failuresOfCluster = 20

// newBreaker returns what stands between a store and its servers. As many calls are made
// at a time as there may be connections, so that none waits for one.
func newBreaker(client goredis.UniversalClient) *breaker.Breaker {
	cfg := breaker.Config{Away: away, InFlight: inFlight}
	switch c := client.(type) {
	case *goredis.Client:
		cfg.InFlight = c.Options().PoolSize
	case *goredis.ClusterClient:
		cfg.InFlight = c.Options().PoolSize * max(1, len(c.Options().Addrs))
		cfg.Failures = failuresOfCluster
	}
	return breaker.New(cfg)
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

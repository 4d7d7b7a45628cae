package redis

import (
	"cmp"
	"context"
	"slices"
	"sync"

	goredis "github.com/redis/go-redis/v9"
)

// A call of a walk looks at so many pages of keys, of about so many keys, on each
// server at most, so that it ends within a deadline however many keys there are.
const (
	pagesPerCall = 40
	keysPerPage  = 500
)

// A walk goes round the keys of all servers, a stretch at a time: it continues where
// the last stretch has ended.
type walk struct {
	mu   sync.Mutex
	from map[string]uint64 // the next page, by the address of the server
}

// A remover removes what is over among keys, limit at most, and returns how many.
type remover func(ctx context.Context, keys []string, limit int) (int, error)

// stretch shows the keys that match to remove, until that has removed limit or the
// stretch is over. It returns how many were removed, also beside an error.
func (w *walk) stretch(ctx context.Context, client goredis.UniversalClient, pattern string, limit int, remove remover) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	servers, err := masters(ctx, client)
	if err != nil {
		return 0, err
	}
	if w.from == nil {
		w.from = make(map[string]uint64)
	}
	total := 0
	for _, s := range servers {
		n, err := w.onServer(ctx, s, pattern, limit-total, remove)
		total += n
		if err != nil || total >= limit {
			return total, err
		}
	}
	return total, nil
}

func (w *walk) onServer(ctx context.Context, s server, pattern string, limit int, remove remover) (int, error) {
	total := 0
	for range pagesPerCall {
		keys, next, err := s.Scan(ctx, w.from[s.addr], pattern, keysPerPage).Result()
		if err != nil {
			return total, err
		}
		n, err := remove(ctx, keys, limit-total)
		total += n
		if err != nil || total >= limit {
			return total, err // the page may have more: it is looked at again
		}
		w.from[s.addr] = next
		if next == 0 {
			break
		}
	}
	return total, nil
}

// removing is the remover that runs script for each key. What calls returns for a key
// and a limit has to remove no more than that, and to answer how many it was.
func (b base) removing(script *goredis.Script, calls func(key string, limit int) call) remover {
	return func(ctx context.Context, keys []string, limit int) (int, error) {
		total := 0
		for len(keys) > 0 && total < limit {
			part := keys[:min(len(keys), limit-total)]
			share := (limit - total) / len(part)
			batch := make([]call, len(part))
			for i, key := range part {
				batch[i] = calls(key, share)
			}
			counts, err := b.runAll(ctx, script, batch)
			if err != nil {
				return total, err
			}
			var again []string // what had more than its share may have still more
			for i, n := range counts {
				total += n
				if n >= share {
					again = append(again, part[i])
				}
			}
			keys = append(again, keys[len(part):]...)
		}
		return total, nil
	}
}

// A server is one that takes writes.
type server struct {
	goredis.Cmdable
	addr string
}

// masters returns the servers of client in a fixed order.
func masters(ctx context.Context, client goredis.UniversalClient) ([]server, error) {
	cluster, ok := client.(*goredis.ClusterClient)
	if !ok {
		return []server{{Cmdable: client}}, nil
	}
	var mu sync.Mutex
	var all []server
	err := cluster.ForEachMaster(ctx, func(_ context.Context, c *goredis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, server{Cmdable: c, addr: c.Options().Addr})
		return nil
	})
	slices.SortFunc(all, func(a, b server) int { return cmp.Compare(a.addr, b.addr) })
	return all, err
}

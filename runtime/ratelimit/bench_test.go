package ratelimit_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/ratelimit"
)

var generous = ratelimit.Rate{Count: 1 << 30, Per: 2 * time.Second}

func names(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("login/address/198.51.%d.%d", i>>8, i&255)
	}
	return all
}

// The floor is what any limiter in memory does at least: one look-up under a lock.
func BenchmarkFloor(b *testing.B) {
	keys := names(1 << 12)
	m := make(map[string]time.Duration, len(keys))
	for _, k := range keys {
		m[k] = 1
	}
	var mu sync.Mutex
	lookUp := func(i int) {
		mu.Lock()
		m[keys[i&(len(keys)-1)]]++
		mu.Unlock()
	}
	bench(b, lookUp)
}

func BenchmarkMemoryTake(b *testing.B) {
	keys := names(1 << 12)
	for _, c := range []struct {
		name string
		rate ratelimit.Rate
		now  func() time.Time
	}{
		{"allowed", generous, nil},
		{"refused", ratelimit.Rate{Count: 1, Per: 24 * time.Hour}, nil},
		{"allowed, clock given", generous, time.Now},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: c.now})
			bench(b, func(i int) {
				if _, err := m.Take(context.Background(), keys[i&(len(keys)-1)], c.rate); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
	b.Run("one key", func(b *testing.B) {
		m := ratelimit.NewMemory(ratelimit.MemoryConfig{})
		bench(b, func(int) {
			if _, err := m.Take(context.Background(), keys[0], generous); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("overflow", func(b *testing.B) {
		m := ratelimit.NewMemory(ratelimit.MemoryConfig{Capacity: 1})
		rate := ratelimit.Rate{Count: 1 << 20, Per: 300 * 24 * time.Hour}
		bench(b, func(i int) {
			if _, err := m.Take(context.Background(), keys[i&(len(keys)-1)], rate); err != nil {
				b.Fatal(err)
			}
		})
	})
}

func BenchmarkGateEnter(b *testing.B) {
	accounts := names(1 << 12)
	requests := make([]*http.Request, 1<<12)
	for i := range requests {
		requests[i] = httptest.NewRequest(http.MethodPost, "/auth/session", nil)
		requests[i].RemoteAddr = fmt.Sprintf("198.51.%d.%d:4711", i>>8, i&255)
	}
	for name, rate := range map[string]ratelimit.Rate{"allowed": generous, "refused": {Count: 1, Per: 24 * time.Hour}} {
		b.Run(name, func(b *testing.B) {
			g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{}), rate, nil)
			bench(b, func(i int) {
				_ = g.Enter(nil, requests[i&(len(requests)-1)], accounts[i&(len(accounts)-1)])
			})
		})
	}
}

func bench(b *testing.B, op func(i int)) {
	b.Run("sequential", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			op(i)
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				op(i * 7)
			}
		})
	})
}

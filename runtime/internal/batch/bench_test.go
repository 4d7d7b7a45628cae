package batch_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/batch"
)

// The shape of a session's last-seen time: a digest and a moment.
type digest = [sha256.Size]byte

func digests(n int) []digest {
	keys := make([]digest, n)
	for i := range keys {
		binary.LittleEndian.PutUint64(keys[i][:], uint64(i)*0x9e3779b97f4a7c15)
	}
	return keys
}

func BenchmarkQueue(b *testing.B) {
	keys := digests(1 << 12)
	now := time.Now()
	q := batch.New(batch.Config[digest, time.Time]{
		Flush:    func(context.Context, map[digest]time.Time) error { return nil },
		Interval: time.Second,
	})
	defer func() { _ = q.Close(context.Background()) }()

	b.Run("put", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			q.Put(keys[i&(len(keys)-1)], now)
		}
	})
	b.Run("get", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			q.Get(keys[i&(len(keys)-1)])
		}
	})
	b.Run("put and get, parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				k := keys[i*7&(len(keys)-1)]
				if _, ok := q.Get(k); !ok || i&7 == 0 {
					q.Put(k, now)
				}
			}
		})
	})
	b.Run("bare map and mutex: put", func(b *testing.B) {
		var mu sync.Mutex
		m := make(map[digest]time.Time)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			mu.Lock()
			m[keys[i&(len(keys)-1)]] = now
			mu.Unlock()
		}
	})
	b.Run("bare map and mutex: put, parallel", func(b *testing.B) {
		var mu sync.Mutex
		m := make(map[digest]time.Time)
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				mu.Lock()
				m[keys[i*7&(len(keys)-1)]] = now
				mu.Unlock()
			}
		})
	})
}

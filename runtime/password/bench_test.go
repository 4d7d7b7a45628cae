package password_test

import (
	"context"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/password"
)

func BenchmarkHash(b *testing.B) {
	h := newHasher(b, password.HasherConfig{})
	for b.Loop() {
		hash(b, h, "correct horse battery staple")
	}
}

// BenchmarkParallelLogins verifies from 64 goroutines at once. With a slot for
// each of them nothing is gained but memory; peak-MiB shows how much.
func BenchmarkParallelLogins(b *testing.B) {
	const clients = 64
	for name, slots := range map[string]int{"bounded": 0, "unbounded": clients} {
		b.Run(name, func(b *testing.B) {
			h := newHasher(b, password.HasherConfig{Slots: slots, Wait: time.Hour})
			encoded := hash(b, h, "correct horse battery staple")
			peak := watchHeap()
			b.SetParallelism(clients / runtime.GOMAXPROCS(0))
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := h.Verify(context.Background(), encoded, "another"); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(peak())/(1<<20), "peak-MiB")
		})
	}
}

// watchHeap samples the memory of heap objects; the function it returns ends
// that and tells the most it saw.
func watchHeap() func() uint64 {
	runtime.GC()
	var most atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for {
			metrics.Read(sample)
			most.Store(max(most.Load(), sample[0].Value.Uint64()))
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-stopped
		return most.Load()
	}
}

func BenchmarkCheck(b *testing.B) {
	var p password.Policy
	for name, pw := range map[string]string{
		"passphrase": "correct horse battery staple", "random": "tq7vnxzkw2mpd8r", "32 characters": "abcdefgh ijklmnop qrstuvwx yz012",
		"1024 bytes": "0123456789 " + string(make([]byte, 1013)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = p.Check(pw, "alice.smith@example.com", "Example Reports")
			}
		})
	}
}

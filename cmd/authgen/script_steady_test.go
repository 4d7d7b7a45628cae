package main

import (
	"sync"
	"time"
)

// steadily calls do with 0, 1, 2 and so on, so many times a second, until it is told to
// stop, which waits for the calls that are under way. As many calls as there are workers
// go on at once: if all of them take long, others are late.
func steadily(perSecond, workers int, do func(n int)) (stop func()) {
	due, done := make(chan int), make(chan struct{})
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for n := range due {
				do(n)
			}
		})
	}
	running.Go(func() {
		defer close(due)
		tick := time.NewTicker(time.Second / time.Duration(perSecond))
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			case <-tick.C:
				due <- n
			}
		}
	})
	return func() {
		close(done)
		running.Wait()
	}
}

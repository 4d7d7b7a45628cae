// Package retry does again what a database refused for the sake of another.
package retry

import (
	"context"
	"math/rand/v2"
	"time"
)

// times is how often a call is made again (SECURITY F-16).
const times = 3

// pause is the longest wait before the first time; it doubles with each.
const pause = 20 * time.Millisecond

// Do makes a call, and makes it again while again says that its error promises something
// from that. In between it waits for a random while, so that those who were in each
// other's way part. When ctx ends it answers the last error of the call.
//
// again must be true only of errors by which the call has certainly not been done.
func Do(ctx context.Context, again func(error) bool, call func(context.Context) error) error {
	for i := 0; ; i++ {
		err := call(ctx)
		if err == nil || i == times || !again(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(rand.N(pause << i)):
		}
	}
}

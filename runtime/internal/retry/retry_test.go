package retry_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/retry"
)

var (
	errDeadlock = errors.New("deadlock")
	errOther    = errors.New("other")
)

func isDeadlock(err error) bool { return errors.Is(err, errDeadlock) }

// SECURITY F-16.
func TestF16_ThreeTimesMore(t *testing.T) {
	for _, c := range []struct {
		name     string
		failures int
		err      error
		calls    int
		want     error
	}{
		{"done at once", 0, nil, 1, nil},
		{"done the second time", 1, errDeadlock, 2, nil},
		{"done the last time", 3, errDeadlock, 4, nil},
		{"never done", 100, errDeadlock, 4, errDeadlock},
		{"of no use", 100, errOther, 1, errOther},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				begin := time.Now()
				err := retry.Do(t.Context(), isDeadlock, func(context.Context) error {
					if calls++; calls <= c.failures {
						return c.err
					}
					return nil
				})
				if !errors.Is(err, c.want) || calls != c.calls {
					t.Errorf("%d calls, %v; want %d, %v", calls, err, c.calls, c.want)
				}
				if took := time.Since(begin); took > 200*time.Millisecond {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// SECURITY F-16.
func TestF16_ContextEndsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		err := retry.Do(ctx, isDeadlock, func(context.Context) error { calls++; cancel(); return errDeadlock })
		if !errors.Is(err, errDeadlock) || calls > 2 {
			t.Errorf("%d calls, %v", calls, err)
		}
	})
}

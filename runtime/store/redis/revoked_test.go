package redis_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/revocation"
	"github.com/authgen-go/authgen/runtime/store/redis"
)

// A listBench is a list and its clock.
type listBench struct {
	*testing.T
	*bench
	revocation.List
	clock *wall
}

func newListBench(t *testing.T, b *bench) *listBench {
	w := newWall()
	r := must[*redis.Revoked](t)(redis.NewRevoked(t.Context(), b.client, redis.Options{Prefix: b.prefix, Now: w.Now}))
	return &listBench{T: t, bench: b, List: r, clock: w}
}

func (b *listBench) revoke(id string, life time.Duration) {
	b.Helper()
	if err := b.Revoke(b.Context(), id, b.clock.Now().Add(life)); err != nil {
		b.Fatal(err)
	}
}

func (b *listBench) want(id string, issued time.Time, want bool) {
	b.Helper()
	if got, err := b.Revoked(b.Context(), id, issued); got != want || err != nil {
		b.Errorf("token %q of %v: revoked %v, %v; want %v", id, issued, got, err, want)
	}
}

// SECURITY REV-04.
func TestREV04_RevokedTokensStayUntilTheirEnd(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := newListBench(t, open(t))
		ids := []string{"a", "", "}{*\x00", strings.Repeat("long ", 1000)}
		for _, id := range ids {
			b.want(id, b.clock.Now(), false)
			b.revoke(id, time.Minute)
			b.want(id, b.clock.Now(), true)
			b.revoke(id, time.Hour) // later
			b.revoke(id, time.Second)
			b.revoke(id, -time.Hour)
			b.want(id, b.clock.Now(), true)
		}
		b.want("none", b.clock.Now(), false)
		entries := 0
		b.eachKey(t, func(ctx context.Context, key string) {
			if strings.HasSuffix(key, ":since") {
				return
			}
			entries++
			if got, want := b.client.PTTL(ctx, key).Val(), time.Hour+10*time.Minute; !near(got, want) {
				t.Errorf("%s ends in %v, want %v: the later end counts", key, got, want)
			}
		})
		if entries != len(ids) {
			t.Errorf("%d entries, want %d", entries, len(ids))
		}
	})
}

func TestTheLaterEndOfManyCounts(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := newListBench(t, open(t))
		var wg sync.WaitGroup
		for i := range width {
			wg.Go(func() {
				if err := b.Revoke(t.Context(), "a", b.clock.Now().Add(time.Duration(1+i*37%width)*time.Hour)); err != nil {
					t.Error(err)
				}
				if got, err := b.Revoked(t.Context(), "a", b.clock.Now()); !got || err != nil {
					t.Errorf("revoked %v, %v", got, err)
				}
			})
		}
		wg.Wait()
		b.eachKey(t, func(ctx context.Context, key string) {
			got := b.client.PTTL(ctx, key).Val()
			if want := width*time.Hour + 10*time.Minute; !strings.HasSuffix(key, ":since") && !near(got, want) {
				t.Errorf("%s ends in %v, want %v", key, got, want)
			}
		})
	})
}

// A list that begins, and one that lost what it had, refuses what is older, to the second
// in which tokens say that they were made. SECURITY F-18.
func TestF18_AListThatWasLostRefusesWhatIsOlder(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := newListBench(t, open(t))
		began := b.clock.Now()
		b.clock.add(1500 * time.Millisecond)
		for issued, want := range map[time.Time]bool{
			{}:                      true, // does not say
			began.Add(-time.Second): true,
			began.Add(-1):           true,
			began:                   false,
			began.Add(time.Hour):    false,
		} {
			b.want("any", issued, want)
		}

		// Another process, and this one when it starts again, know the same list.
		other := must[*redis.Revoked](t)(redis.NewRevoked(t.Context(), b.client, redis.Options{Prefix: b.prefix, Now: b.clock.Now}))
		b.revoke("a", time.Hour)
		for id, want := range map[string]bool{"a": true, "b": false} {
			if got, err := other.Revoked(t.Context(), id, began); got != want || err != nil {
				t.Errorf("another process: %s revoked %v, %v; want %v", id, got, err, want)
			}
		}

		for what, next := range map[string]func(id string){
			"asked first":   func(id string) { b.want(id, began, true) },
			"revoked first": func(id string) { b.revoke(id, time.Hour) },
		} {
			b.eachKey(t, func(ctx context.Context, key string) { b.client.Del(ctx, key) })
			lost := b.clock.Now().Truncate(time.Second)
			for i := range 1000 { // every part
				id := fmt.Sprint(what, i)
				next(id)
				b.want(id, lost.Add(-time.Second), true)
				b.want(id, lost, what == "revoked first")
			}
			b.clock.add(time.Minute)
		}
	})
}

package storetest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/once"
)

// Once runs the contract of [once.Store] on the storage that open returns, which has to
// be empty each time.
func Once(t *testing.T, open func(t *testing.T) once.Store) {
	cases := map[string]func(*onceFixture){
		"OAS-07 a value is used once":                 useOnce,
		"OAS-07 of many uses one succeeds":            raceUse,
		"OAS-07 what has ended is used until swept":   useEnded,
		"keys are compared as a whole":                useAlike,
		"STO-05 what has ended is swept":              sweepUsed,
		"STO-05 a use ends no earlier than it says":   sweepExactly,
		"OAS-07 a sweep does not make a value usable": raceSweepUse,
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			cases[name](&onceFixture{fixture: &fixture[int64, string]{T: t}, Values: open(t)})
		})
	}
}

// A onceFixture is a case in progress. Its fixture has no users.
type onceFixture struct {
	*fixture[int64, string]
	Values once.Store
}

func used(err error) bool { return errors.Is(err, once.ErrUsed) }

func onceKey(name string) once.Key { return sha256.Sum256([]byte(name)) }

// use uses a key up for the first time.
func (f *onceFixture) use(key once.Key, until time.Time) {
	f.Helper()
	if err := f.Values.Use(f.Context(), key, until); err != nil {
		f.Fatalf("use %x: %v", key[:4], err)
	}
}

// isUsed reports an error unless a key is used up already.
func (f *onceFixture) isUsed(key once.Key) {
	f.Helper()
	if err := f.Values.Use(f.Context(), key, start.Add(time.Hour)); !used(err) {
		f.Errorf("use %x again: %v, want ErrUsed", key[:4], err)
	}
}

// sweeps reports an error unless exactly so many are swept.
func (f *onceFixture) sweeps(now time.Time, limit, want int) {
	f.Helper()
	if n, err := f.Values.DeleteUsed(f.Context(), now, limit); n != want || err != nil {
		f.Errorf("swept %d, %v; want %d", n, err, want)
	}
}

func useOnce(f *onceFixture) {
	for _, name := range []string{"a", "b"} {
		f.use(onceKey(name), start.Add(time.Minute))
		f.isUsed(onceKey(name))
	}
	f.isUsed(onceKey("a"))
	// Who came too late does not make it last longer.
	f.sweeps(canonical(start.Add(time.Minute)), width, 2)
}

func raceUse(f *onceFixture) {
	f.rounds(func(round int) {
		key := onceKey(fmt.Sprint(round))
		f.winner(f.race(func(int) error {
			return f.Values.Use(f.Context(), key, start.Add(time.Minute))
		}), used)
		f.isUsed(key)
	})
}

func useEnded(f *onceFixture) {
	f.use(onceKey("a"), time.Unix(1, 0)) // long ago by any clock
	f.isUsed(onceKey("a"))
	f.sweeps(canonical(start), width, 1)
	f.use(onceKey("a"), start)
}

func useAlike(f *onceFixture) {
	var zero once.Key
	f.use(zero, start)
	for i := range zero { // in every byte there is
		alike := zero
		alike[i] = 1
		f.use(alike, start)
		f.isUsed(alike)
	}
	for _, c := range []byte(`'"%_\` + "\n\xff") {
		var hostile once.Key
		for i := range hostile {
			hostile[i] = c
		}
		f.use(hostile, start)
		f.isUsed(hostile)
	}
	f.isUsed(zero)
}

func sweepUsed(f *onceFixture) {
	now := canonical(start.Add(time.Hour))
	names := []string{"a", "b", "c", "d", "e"}
	for i, name := range names {
		f.use(onceKey(name), now.Add(-time.Duration(i)*time.Hour))
	}
	f.use(onceKey("live"), now.Add(time.Microsecond))
	for _, want := range []int{2, 2, 1, 0} {
		f.sweeps(now, 2, want)
	}
	for _, name := range names {
		f.use(onceKey(name), now)
	}
	f.isUsed(onceKey("live"))
}

func sweepExactly(f *onceFixture) {
	end := canonical(start.Add(time.Hour))
	f.use(onceKey("a"), start.Add(time.Hour)) // finer than a microsecond, not in UTC
	f.sweeps(end.Add(-time.Microsecond), width, 0)
	f.isUsed(onceKey("a"))
	f.sweeps(end, width, 1)
}

// raceSweepUse sweeps what ended while live ones are used: nobody gets one twice.
func raceSweepUse(f *onceFixture) {
	for i := range 10 {
		f.use(onceKey("ended "+string(rune('a'+i))), start)
	}
	f.winner(f.race(func(i int) error {
		if i%2 == 0 {
			_, err := f.Values.DeleteUsed(f.Context(), canonical(start), 1)
			if err != nil {
				return err
			}
			return once.ErrUsed // it did not win
		}
		return f.Values.Use(f.Context(), onceKey("live"), start.Add(time.Hour))
	}), used)
	f.sweeps(canonical(start), width, 0)
	f.isUsed(onceKey("live"))
}

package ratelimit_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// patient fails at an account from an address as soon as it may, for so many tries, and
// returns how long it waited before each.
func patient(t *testing.T, g *ratelimit.Gate, w *wall, addr, account string, tries int) []time.Duration {
	t.Helper()
	waits := make([]time.Duration, tries)
	for i := range tries {
		for {
			err := g.Enter(nil, from(addr), account)
			if err == nil {
				break
			}
			wait := limited(t, err).RetryAfter
			w.add(wait)
			waits[i] += wait
		}
	}
	return waits
}

// SECURITY RL-07.
func TestRL07_DelaysGrowToACapForTheAddress(t *testing.T) {
	for _, c := range []struct {
		rate     ratelimit.Rate
		min, cap time.Duration
	}{
		{fivePerMinute, 12 * time.Second, 192 * time.Second},
		{ratelimit.Rate{Count: 1, Per: time.Minute}, time.Minute, 15 * time.Minute},
		{ratelimit.Rate{Count: 10, Per: time.Hour}, 6 * time.Minute, 15 * time.Minute},
		{ratelimit.Rate{Count: 1, Per: 24 * time.Hour}, 24 * time.Hour, 24 * time.Hour},
		{ratelimit.Rate{Count: 3, Per: ratelimit.MaxPer}, ratelimit.MaxPer / 3, ratelimit.MaxPer / 3},
	} {
		t.Run(c.rate.String(), func(t *testing.T) {
			w := newWall()
			g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), c.rate, nil).Growing()
			waits := patient(t, g, w, "192.0.2.1:1", "ada", 30*c.rate.Count)
			for i, wait := range waits {
				if i < c.rate.Count && wait != 0 || wait > c.cap {
					t.Fatalf("try %d: a wait of %v", i, wait)
				}
			}
			if first, last := waits[c.rate.Count], waits[len(waits)-1]; first != c.min || last != c.cap {
				t.Fatalf("waits grow from %v to %v, want %v to %v", first, last, c.min, c.cap)
			}
			if !slices.IsSorted(waits[c.rate.Count:]) {
				t.Fatalf("delays do not grow: %v", waits)
			}
		})
	}
}

// A crowd of addresses slows an account down to a minute at most, and NIST's 100 failures
// are not reached in an hour. SECURITY RL-07.
func TestRL07_DelaysGrowToACapForTheAccount(t *testing.T) {
	w := newWall()
	g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), fivePerMinute, nil).Growing()
	passed := 0
	for second := range 3600 {
		for addr := range 3 { // new ones each second
			if g.Enter(nil, from(fmt.Sprintf("10.%d.%d.%d:1", second>>8, second&255, addr)), "ada") == nil {
				passed++
			}
		}
		w.add(time.Second)
	}
	if passed < 110 || passed > 120 { // 20, then one in 36 seconds
		t.Fatalf("%d tries in an hour", passed)
	}
	_ = g.Enter(nil, from("192.0.2.2:1"), "ada")
	if wait := limited(t, g.Enter(nil, from("192.0.2.1:1"), "ada")).RetryAfter; wait > time.Minute {
		t.Fatalf("an address that has not failed waits for %v", wait)
	}
}

// SECURITY RL-07.
func TestRL07_ASuccessForgetsWhatHasGrown(t *testing.T) {
	w := newWall()
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now})
	g := ratelimit.NewGate("login", m, fivePerMinute, nil).Growing()
	fresh := patient(t, g, w, "192.0.2.1:1", "ada", 40)
	w.add(192 * time.Second)
	if err := g.Enter(nil, from("192.0.2.1:1"), "ada"); err != nil {
		t.Fatal(err)
	}
	g.Succeed(from("192.0.2.1:1"), "ada")
	w.add(time.Minute)
	if again := patient(t, g, w, "192.0.2.1:1", "ada", 40); !slices.Equal(again, fresh) {
		t.Fatalf("after a success the waits are\n%v, want\n%v", again, fresh)
	}

	// What the rate allows is not given back.
	g = ratelimit.NewGate("login", m, fivePerMinute, nil).Growing()
	for range 5 {
		if err := g.Enter(nil, from("192.0.2.2:1"), "bob"); err != nil {
			t.Fatal(err)
		}
		g.Succeed(from("192.0.2.2:1"), "bob")
	}
	limited(t, g.Enter(nil, from("192.0.2.2:1"), "bob"))
	limited(t, g.Enter(nil, from("192.0.2.3:1"), "bob"))
}

// Somebody else's success is none of an attacker's: it neither helps from another address
// nor at another account. SECURITY RL-07.
func TestRL07_AnothersSuccessForgetsNothing(t *testing.T) {
	w := newWall()
	g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), fivePerMinute, nil).Growing()
	patient(t, g, w, "192.0.2.1:1", "ada", 40)
	g.Succeed(from("198.51.100.1:1"), "ada")
	g.Succeed(from("192.0.2.1:1"), "mallory")
	if wait := limited(t, g.Enter(nil, from("192.0.2.1:1"), "ada")).RetryAfter; wait != 192*time.Second {
		t.Fatalf("the attacker waits for %v", wait)
	}
}

// Twenty addresses take every try of the account as it comes back. The owner, who has
// logged in from theirs before, gets in, and what they could not try is not theirs to waste.
// SECURITY RL-07.
func TestRL07_ACrowdCannotLockOutTheOwner(t *testing.T) {
	for _, c := range []struct {
		rate   ratelimit.Rate
		before int // windows until they have used up what there was
	}{
		{ratelimit.Rate{Count: 1, Per: time.Minute}, 8}, {fivePerMinute, 8},
		// Delays of the account that are beyond a minute already do not grow.
		{ratelimit.Rate{Count: 2, Per: time.Hour}, 12}, {ratelimit.Rate{Count: 1, Per: 24 * time.Hour}, 8},
	} {
		rate := c.rate
		t.Run(rate.String(), func(t *testing.T) {
			w := newWall()
			g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), rate, nil).Growing()
			owner := from("198.51.100.1:1")
			if err := g.Enter(nil, owner, "ada"); err != nil {
				t.Fatal(err)
			}
			g.Succeed(owner, "ada")
			step := rate.Per / time.Duration(rate.Count) / 30
			guesses := 0
			pass := func(d time.Duration) {
				for passed := time.Duration(0); passed < d; passed += step {
					w.add(step)
					for i := range 20 {
						if g.Enter(nil, from(fmt.Sprintf("192.0.2.%d:1", i)), "ada") == nil {
							guesses++
						}
					}
				}
			}
			pass(time.Duration(c.before) * rate.Per)
			for visit := range 5 {
				waited := time.Duration(0)
				for {
					err := g.Enter(nil, owner, "ada")
					if err == nil {
						g.Succeed(owner, "ada")
						break
					}
					wait := limited(t, err).RetryAfter
					pass(wait)
					if waited += wait; waited > 2*rate.Per {
						t.Fatalf("visit %d: the owner waits for more than %v", visit, waited)
					}
				}
			}
			if rate == fivePerMinute {
				limited(t, g.Enter(nil, from("198.51.100.2:1"), "ada")) // who was never there
			}
			before := guesses
			pass(rate.Per)
			if most := rate.Count + 1; guesses-before > most {
				t.Errorf("%d guesses in %v, want at most %d", guesses-before, rate.Per, most)
			}
		})
	}
}

// A machine comes from an address that is known, and two others take every try at it.
// SECURITY RL-07.
func TestRL07_SeveralAddressesCannotKeepAMachineOut(t *testing.T) {
	w := newWall()
	rate := ratelimit.Rate{Count: 60, Per: time.Minute}
	g := ratelimit.NewGate("token", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), rate, nil).Remembering()
	machine := from("198.51.100.1:1")
	if err := g.Enter(nil, machine, "client"); err != nil {
		t.Fatal(err)
	}
	g.Succeed(machine, "client")
	for second := range 300 {
		w.add(time.Second)
		for i := range 2 {
			for g.Enter(nil, from(fmt.Sprintf("192.0.2.%d:1", i)), "client") == nil {
			}
		}
		if err := g.Enter(nil, machine, "client"); err != nil {
			t.Fatalf("second %d: %v", second, err)
		}
	}
	limited(t, g.Enter(nil, from("198.51.100.2:1"), "client"))
	for range 60 {
		_ = g.Enter(nil, machine, "client")
	}
	limited(t, g.Enter(nil, machine, "client"))
}

// A success a while after another is nothing that a storage is asked for.
func TestWhatIsRememberedIsSaidOnce(t *testing.T) {
	l := &countingLimiter{Limiter: ratelimit.NewMemory(ratelimit.MemoryConfig{})}
	g := ratelimit.NewGate("token", l, fivePerMinute, nil).Remembering()
	for range 3 {
		g.Succeed(from("192.0.2.1:1"), "ada")
	}
	g.Succeed(from("192.0.2.2:1"), "ada")
	g.Succeed(from("192.0.2.2:1"), "")
	if l.told != 2 {
		t.Errorf("%d calls, want 2", l.told)
	}
}

// What is remembered is an address at an account, and no limit of the address's own is
// lifted by it. SECURITY RL-04 and RL-07.
func TestRL07_WhoIsRememberedIsLimitedAllTheSame(t *testing.T) {
	w := newWall()
	g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), fivePerMinute, nil).Growing()
	if err := g.Enter(nil, from("192.0.2.1:1"), "ada"); err != nil {
		t.Fatal(err)
	}
	g.Succeed(from("192.0.2.1:1"), "ada")
	w.add(time.Minute)
	passed := 0
	for i := range 500 {
		if g.Enter(nil, from(fmt.Sprintf("192.0.2.%d:1", 1+i%2)), "ada") == nil {
			passed++
		}
	}
	if passed != 5 {
		t.Errorf("%d of 500 tries at once, want 5", passed)
	}
	if waits := patient(t, g, w, "192.0.2.1:1", "ada", 150); waits[len(waits)-1] != 192*time.Second {
		t.Errorf("the delays grow to %v", waits[len(waits)-1])
	}
}

// A try that one bucket refuses leaves the others as they were, or an owner whom a flood
// has to wait would be counted as one who fails. SECURITY RL-07.
func TestRL07_RefusedTriesAreNoFailures(t *testing.T) {
	w := newWall()
	g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), fivePerMinute, nil).Growing()
	for i := range 50 { // from everywhere
		_ = g.Enter(nil, from(fmt.Sprintf("10.0.0.%d:1", i)), "ada")
	}
	for range 100 { // the owner is refused each time
		limited(t, g.Enter(nil, from("192.0.2.1:1"), "ada"))
		w.add(50 * time.Millisecond)
	}
	w.add(10 * time.Minute) // the flood is over
	waits := patient(t, g, w, "192.0.2.1:1", "ada", 10)
	if slices.Max(waits) > 12*time.Second {
		t.Fatalf("the owner waits for %v", waits)
	}
}

// SECURITY RL-08.
func TestRL08_AFailingLimiterDoesNotForget(t *testing.T) {
	down := errors.New("connection refused")
	l := limiterFunc(func(key string) (ratelimit.Decision, error) {
		if strings.Contains(key, "/failures/account/") {
			return ratelimit.Decision{}, down
		}
		return ratelimit.Decision{Allowed: true}, nil
	})
	g := ratelimit.NewGate("login", l, fivePerMinute, nil).Growing()
	if err := g.Enter(nil, from("192.0.2.1:1"), "ada"); !errors.Is(err, down) {
		t.Fatalf("err = %v, want the limiter's", err)
	}
	g.Succeed(from("192.0.2.1:1"), "ada")
	if err := ratelimit.NewGate("login", l, ratelimit.Rate{}, nil).Growing().Enter(nil, from("192.0.2.1:1"), "ada"); errors.Is(err, ratelimit.ErrLimited) {
		t.Fatalf("a gate without a rate gave %v", err)
	}
}

package password_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/password"
)

func hash(t testing.TB, h *password.Hasher, pw string) string {
	t.Helper()
	encoded, err := h.Hash(context.Background(), pw)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func TestPWD01_HashesAreArgon2idWithTheirParameters(t *testing.T) {
	for want, p := range map[string]password.Params{
		"$argon2id$v=19$m=19456,t=2,p=1$": {},
		"$argon2id$v=19$m=47104,t=1,p=2$": {MemoryKiB: 46 << 10, Iterations: 1, Parallelism: 2},
		"$argon2id$v=19$m=12288,t=3,p=1$": {MemoryKiB: 12 << 10, Iterations: 3, Parallelism: 1},
	} {
		h := newHasher(t, password.HasherConfig{Params: p})
		first, second := hash(t, h, "one password"), hash(t, h, "one password")
		if !strings.HasPrefix(first, want) || len(first) != len(want)+22+1+43 {
			t.Errorf("%s, want %s and 16 and 32 bytes", first, want)
		}
		if first == second {
			t.Error("two hashes of one password are the same: no salt")
		}
		for _, encoded := range []string{first, second} {
			if r := verify(t, h, encoded, "one password"); r != (password.Result{Match: true}) {
				t.Errorf("verify its own hash: %+v", r)
			}
		}
	}
}

func TestPWD01_WeakOrExcessiveParametersAreRefused(t *testing.T) {
	for _, p := range []password.Params{
		{MemoryKiB: 8 << 10, Iterations: 1, Parallelism: 1},
		{MemoryKiB: 46<<10 - 1, Iterations: 1, Parallelism: 1},
		{MemoryKiB: 19<<10 - 1, Iterations: 2, Parallelism: 1},
		{MemoryKiB: 12<<10 - 1, Iterations: 3, Parallelism: 1},
		{MemoryKiB: 12<<10 - 1, Iterations: 50, Parallelism: 1},
		{MemoryKiB: 19 << 10, Iterations: 0, Parallelism: 1},
		{MemoryKiB: 19 << 10, Iterations: 2, Parallelism: 0},
		{MemoryKiB: 19 << 10, Iterations: 2, Parallelism: 17},
		{MemoryKiB: 256<<10 + 1, Iterations: 2, Parallelism: 1},
		{MemoryKiB: 256 << 10, Iterations: 5, Parallelism: 1},
		{MemoryKiB: 1 << 16, Iterations: 1 << 16, Parallelism: 1}, // 2^32, no uint32
		{MemoryKiB: 1<<32 - 1, Iterations: 1<<32 - 1, Parallelism: 255},
	} {
		if _, err := password.NewHasher(password.HasherConfig{Params: p}); err == nil {
			t.Errorf("%+v was accepted", p)
		}
	}
	for _, p := range []password.Params{
		password.DefaultParams(),
		{MemoryKiB: 46 << 10, Iterations: 1, Parallelism: 1},
		{MemoryKiB: 12 << 10, Iterations: 80, Parallelism: 16},
		{MemoryKiB: 256 << 10, Iterations: 4, Parallelism: 4},
	} {
		if err := p.Validate(); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

func TestNewHasherRefusesNegativeBounds(t *testing.T) {
	for _, cfg := range []password.HasherConfig{{Slots: -1}, {Wait: -time.Second}} {
		if _, err := password.NewHasher(cfg); err == nil {
			t.Errorf("%+v was accepted", cfg)
		}
	}
}

func TestPWD02_TheWholePasswordCounts(t *testing.T) {
	h := newHasher(t, password.HasherConfig{})
	long := strings.Repeat("a", 150) + "b" + strings.Repeat("c", 49)
	for _, c := range []struct{ name, chosen, tried string }{
		{"73 against 72", strings.Repeat("a", 72), strings.Repeat("a", 73)},
		{"one byte of 200", long, long[:150] + "B" + long[151:]},
		{"letter case", "correct horse", "Correct horse"},
		{"space at the end", "correct horse", "correct horse "},
		{"space at the start", " correct horse", "correct horse"},
		{"NUL", "correct", "correct\x00"},
		{"composed and decomposed", "caf\u00e9", "cafe\u0301"},
	} {
		encoded := hash(t, h, c.chosen)
		if verify(t, h, encoded, c.tried).Match {
			t.Errorf("%s: another password matched", c.name)
		}
		if !verify(t, h, encoded, c.chosen).Match {
			t.Errorf("%s: the password itself did not match", c.name)
		}
	}
}

func TestPWD10_HashesOfOtherParametersAreOutdated(t *testing.T) {
	now := newHasher(t, password.HasherConfig{})
	for name, p := range map[string]password.Params{
		"more memory": {MemoryKiB: 20 << 10, Iterations: 2, Parallelism: 1},
		"more passes": {MemoryKiB: 19 << 10, Iterations: 3, Parallelism: 1},
		"more lanes":  {MemoryKiB: 19 << 10, Iterations: 2, Parallelism: 2},
	} {
		encoded := hash(t, newHasher(t, password.HasherConfig{Params: p}), "one password")
		if r := verify(t, now, encoded, "one password"); r != (password.Result{Match: true, Outdated: true}) {
			t.Errorf("%s: %+v", name, r)
		}
		if r := verify(t, now, encoded, "another"); r != (password.Result{Outdated: true}) {
			t.Errorf("%s, wrong password: %+v", name, r)
		}
	}
}

// A hash that cannot be read is "cannot know", which becomes a 503; it must not
// look like a wrong password, nor cost anything (Z-07).
func TestZ07_UnreadableHashesAreErrorsAndCostNothing(t *testing.T) {
	h := newHasher(t, password.HasherConfig{})
	const salt, key = "c29tZXNhbHQ", "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	const bcryptTail = "CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
	for _, encoded := range []string{
		"x", "$", "$$$$$", "plain text password", "{SSHA}Zm9v", "$1$salt$hash", "$argon2id$",
		"$argon2i$v=19$m=256,t=2,p=1$" + salt + "$" + key,
		"$argon2d$v=19$m=256,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=16$m=256,t=2,p=1$" + salt + "$" + key,
		"$argon2id$m=256,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=4294967295,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=262145,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=4097,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=8,t=4294967295,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=2,p=17$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=2,p=0$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=0,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=7,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=2,p=256$" + salt + "$" + key,
		"$argon2id$v=19$m=0256,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=+256,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$t=2,m=256,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=2,p=1,keyid=x$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=2$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "=$" + key,
		"$argon2id$v=19$m=256,t=2,p=1$c29tZX\nNhbHQ$" + key,
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHR$" + key, // bits beyond the salt are set
		"$argon2id$v=19$m=256,t=2,p=1$c2FsdA$" + key,      // 4 bytes of salt
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$AAAA",  // 3 bytes of key
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$",
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + strings.Repeat("A", 88), // 66 bytes of key
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + strings.Repeat("A", 1<<20),
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + key + "$",
		" $argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + key + "\n",
		"$2", "$2a$05$", "$2x$05$" + bcryptTail, "$2$05$" + bcryptTail, "$2a$5$" + bcryptTail,
		"$2a$03$" + bcryptTail, "$2a$16$" + bcryptTail, "$2a$31$" + bcryptTail, "$2a$99$" + bcryptTail, "$2a$+5$" + bcryptTail,
		"$2a$05$" + bcryptTail + "x", "$2a$05$" + bcryptTail[1:], "$2a$05$!" + bcryptTail[1:], "$2a$05.X" + bcryptTail[1:],
	} {
		r, err := h.Verify(context.Background(), encoded, "password")
		if !errors.Is(err, password.ErrUnreadable) || r != (password.Result{}) {
			t.Errorf("Verify(%.80q) = %+v, %v", encoded, r, err)
		}
	}
	if h.Runs() != 0 {
		t.Errorf("%d hashes were computed", h.Runs())
	}
}

func TestKEY09_NothingOfAHasherShowsAPassword(t *testing.T) {
	const canary = "cAnArY-pAsSwOrD"
	h := newHasher(t, password.HasherConfig{})
	encoded := hash(t, h, canary)
	r, err := h.Verify(context.Background(), canary, canary) // a password stored in clear, by mistake
	if err == nil {
		t.Fatal("a stored password was read as a hash")
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	_, cancelErr := h.Hash(cancelled, canary)
	for _, v := range []any{h, encoded, r, err, cancelErr, password.ErrBusy} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if out := fmt.Sprintf(verb, v); strings.Contains(strings.ToLower(out), "canary") {
				t.Errorf("%s of %T shows the password: %s", verb, v, out)
			}
		}
	}
}

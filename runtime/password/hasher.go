package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
)

// A HasherConfig says how a [Hasher] works. Its zero value is the default.
type HasherConfig struct {
	// Params is the cost of new hashes; the zero value is [DefaultParams].
	Params Params
	// Slots is how many hashes are computed at once; 0 is GOMAXPROCS, as more
	// would only take turns. Slots times Params.MemoryKiB is the memory in use
	// under full load. With what the garbage collector has yet to free, a process
	// may hold about three times that; GOMEMLIMIT lowers it. Stored hashes with
	// other parameters use theirs, up to 256 MiB each.
	Slots int
	// Wait is how long a call waits for a slot; 0 is 5 seconds.
	Wait time.Duration
}

const defaultWait = 5 * time.Second

// A Hasher hashes and verifies passwords. It is safe for concurrent use.
//
// At most Slots hashes are computed at once. A call beyond that waits its turn
// until Wait is over, and then returns [ErrBusy]; it returns the context's error
// when the context ends while it waits. A hash that has begun cannot be stopped:
// it keeps its slot, and its caller, to the end.
type Hasher struct {
	params Params
	slots  slots
	runs   atomic.Uint64
	nobody argon2Hash // of no password, with the current parameters

	// kdf is Argon2id; tests put something in its place that they can watch.
	kdf func(password, salt []byte, p Params, keyLen uint32) []byte
}

// NewHasher returns a Hasher. It refuses parameters that [Params.Validate]
// refuses, and negative Slots and Wait.
func NewHasher(cfg HasherConfig) (*Hasher, error) {
	if cfg.Params == (Params{}) {
		cfg.Params = DefaultParams()
	}
	if cfg.Slots == 0 {
		cfg.Slots = runtime.GOMAXPROCS(0)
	}
	if cfg.Wait == 0 {
		cfg.Wait = defaultWait
	}
	if err := cfg.Params.Validate(); err != nil {
		return nil, err
	}
	if cfg.Slots < 0 || cfg.Wait < 0 {
		return nil, errors.New("password: Slots and Wait must not be negative")
	}
	return &Hasher{
		params: cfg.Params,
		slots:  slots{taken: make(chan struct{}, cfg.Slots), wait: cfg.Wait},
		nobody: argon2Hash{params: cfg.Params, salt: random(saltLen), key: random(keyLen)},
		kdf:    argon2id,
	}, nil
}

// Hash returns the PHC string of a new Argon2id hash of password, made with the
// current parameters and 16 random bytes of salt. It does not judge the
// password; see [Policy.Check]. The error is [ErrBusy] or the context's.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	made := argon2Hash{params: h.params, salt: random(saltLen)}
	err := h.run(ctx, func() { made.key = h.kdf([]byte(password), made.salt, made.params, keyLen) })
	if err != nil {
		return "", err
	}
	return made.String(), nil
}

// A Result is what [Hasher.Verify] found.
type Result struct {
	// Match is true when the password is the one the hash was made from.
	Match bool
	// Outdated is true when the hash was not made by Argon2id with the current
	// parameters, whether or not it matched: after a match, hash the password
	// again and store that (SECURITY PWD-10).
	Outdated bool
}

// Verify compares password with encoded, a stored hash: Argon2id with any
// parameters within the caps, or bcrypt (2a, 2b or 2y, cost 4 to 15), which a
// password over 72 bytes never matches. It computes one hash, with the stored
// parameters, and compares in constant time (SECURITY KEY-10).
//
// An empty encoded stands for an account without a password: nothing matches,
// at the cost of [Hasher.VerifyNobody].
//
// The error is [ErrUnreadable] (at once, nothing is computed), [ErrBusy] or the
// context's. With an error the Result is zero and says nothing.
func (h *Hasher) Verify(ctx context.Context, encoded, password string) (Result, error) {
	if encoded == "" {
		return Result{}, h.VerifyNobody(ctx, password)
	}
	if isBcrypt(encoded) {
		return h.verifyBcrypt(ctx, encoded, password)
	}
	stored, err := parseArgon2(encoded)
	if err != nil {
		return Result{}, err
	}
	match, err := h.verifyArgon2(ctx, stored, password)
	if err != nil {
		return Result{}, err
	}
	return Result{Match: match, Outdated: !h.isCurrent(stored)}, nil
}

// VerifyNobody costs what [Hasher.Verify] costs for a hash with the current
// parameters, and finds nothing. Call it for a name that no account has, so that
// the answer takes as long as for one that has (SECURITY PWD-07). The error is
// [ErrBusy] or the context's.
func (h *Hasher) VerifyNobody(ctx context.Context, password string) error {
	_, err := h.verifyArgon2(ctx, h.nobody, password)
	return err
}

// Runs returns how many hashes have been begun since the Hasher was made, by
// whichever method. It is a counter for metrics, and for tests of how often a
// request hashes.
func (h *Hasher) Runs() uint64 { return h.runs.Load() }

func (h *Hasher) verifyArgon2(ctx context.Context, stored argon2Hash, password string) (match bool, err error) {
	err = h.run(ctx, func() {
		key := h.kdf([]byte(password), stored.salt, stored.params, uint32(len(stored.key)))
		match = subtle.ConstantTimeCompare(key, stored.key) == 1
	})
	return match, err
}

func (h *Hasher) verifyBcrypt(ctx context.Context, encoded, password string) (Result, error) {
	if err := checkBcrypt(encoded); err != nil {
		return Result{}, err
	}
	var match bool
	if err := h.run(ctx, func() { match = bcryptMatches(encoded, password) }); err != nil {
		return Result{}, err
	}
	return Result{Match: match, Outdated: true}, nil
}

// run computes a hash in a slot. All hashing goes through it.
func (h *Hasher) run(ctx context.Context, compute func()) error {
	if err := h.slots.take(ctx); err != nil {
		return err
	}
	defer h.slots.release()
	h.runs.Add(1)
	compute()
	return nil
}

func (h *Hasher) isCurrent(stored argon2Hash) bool {
	return stored.params == h.params && len(stored.salt) == saltLen && len(stored.key) == keyLen
}

func argon2id(password, salt []byte, p Params, keyLen uint32) []byte {
	return argon2.IDKey(password, salt, p.Iterations, p.MemoryKiB, p.Parallelism, keyLen)
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: the process ends instead (crypto/rand)
	return b
}

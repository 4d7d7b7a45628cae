// Package password hashes and verifies passwords, and judges new ones.
//
// A [Hasher] makes Argon2id hashes (RFC 9106) in the PHC string format, verifies
// those and bcrypt's, and bounds how much hashing goes on at once. A [Policy]
// decides which passwords may be chosen.
//
// Passwords are taken exactly as they were received: nothing here trims, folds
// or cuts one before it is hashed (SECURITY PWD-02).
package password

import "fmt"

// Params is what one Argon2id hash costs.
type Params struct {
	MemoryKiB   uint32 // memory, in units of 1,024 bytes
	Iterations  uint32 // passes over the memory
	Parallelism uint8  // lanes, each a thread of its own
}

// DefaultParams returns 19 MiB, 2 passes and 1 lane: the setting SECURITY PWD-01
// names, which OWASP and ASVS 5.0 (appendix C) count as sufficient.
func DefaultParams() Params {
	return Params{MemoryKiB: 19 << 10, Iterations: 2, Parallelism: 1}
}

// Caps on what a hash may cost. They bound configured parameters and, more to
// the point, those found in a stored hash: whoever can write one must not be
// able to make a login take all memory or minutes (SECURITY Z-07).
const (
	maxMemoryKiB   = 256 << 10
	maxParallelism = 16
	maxWorkKiB     = 1 << 20 // memory times passes: 1 GiB written, about a second
)

// Validate returns nil if new passwords may be hashed with p. They may if p is
// at least as strong as one of the settings ASVS 5.0 lists in appendix C:
// 46 MiB and 1 pass, 19 MiB and 2 passes, 12 MiB and 3 passes or more. The upper
// limits are 256 MiB, 16 lanes, and 1 GiB for memory times passes.
func (p Params) Validate() error {
	if err := p.withinCaps(); err != nil {
		return err
	}
	least := uint32(12 << 10)
	switch p.Iterations {
	case 1:
		least = 46 << 10
	case 2:
		least = 19 << 10
	}
	if p.MemoryKiB < least {
		return fmt.Errorf("password: argon2id with %d iterations needs at least %d KiB of memory, not %d",
			p.Iterations, least, p.MemoryKiB)
	}
	return nil
}

// withinCaps reports what of p no hash may have, weak or not.
func (p Params) withinCaps() error {
	switch {
	case p.Iterations < 1:
		return fmt.Errorf("password: argon2id needs at least 1 iteration")
	case p.Parallelism < 1 || p.Parallelism > maxParallelism:
		return fmt.Errorf("password: argon2id parallelism must be from 1 to %d, not %d", maxParallelism, p.Parallelism)
	case p.MemoryKiB < 8*uint32(p.Parallelism): // RFC 9106 section 3.1
		return fmt.Errorf("password: argon2id needs 8 KiB of memory for each lane")
	case p.MemoryKiB > maxMemoryKiB:
		return fmt.Errorf("password: argon2id memory must be at most %d KiB, not %d", maxMemoryKiB, p.MemoryKiB)
	case uint64(p.MemoryKiB)*uint64(p.Iterations) > maxWorkKiB:
		return fmt.Errorf("password: argon2id memory times iterations must be at most %d KiB", maxWorkKiB)
	}
	return nil
}

package identity

import (
	"errors"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// DefaultStoreTimeout bounds a call of the storage (SECURITY F-08).
const DefaultStoreTimeout = 2 * time.Second

// Config describes a [Service]. What is zero has the default that is named.
type Config[ID comparable, R ~string] struct {
	// Store keeps the identities; required.
	Store Storage[ID, R]
	// DefaultRole is what a new user gets; required.
	DefaultRole R
	// NewID makes the id of a new account; nil leaves it to the storage.
	NewID func() (ID, error)
	// Closed refuses logins that would make an account.
	Closed bool
	// LinkByEmail links a login to the account of the same e-mail address without asking
	// anybody, if its provider vouches for the address and another provider has vouched
	// for that of the account. An account that was made with a password is never linked
	// this way: nobody knows whose address it is (SECURITY OAC-07).
	LinkByEmail bool
	// Sunset is when logins through providers end for good: from then on nobody is signed
	// in and nothing is linked, which is authn.ErrStrategyRetired. Default never.
	Sunset time.Time
	// StoreTimeout bounds each call of the store; default 2 seconds.
	StoreTimeout time.Duration
	// Audit takes the events; default nobody.
	Audit audit.Recorder
	// Now is the clock; default time.Now.
	Now func() time.Time
}

func (c *Config[ID, R]) complete() error {
	var err error
	if c.Store == nil {
		err = errors.New("a Store is required")
	}
	if c.DefaultRole == "" {
		err = errors.Join(err, errors.New("a DefaultRole is required"))
	}
	if c.StoreTimeout < 0 {
		err = errors.Join(err, errors.New("the StoreTimeout is negative"))
	}
	if err != nil {
		return fmt.Errorf("configure identities: %w", err)
	}
	if c.StoreTimeout == 0 {
		c.StoreTimeout = DefaultStoreTimeout
	}
	if c.Audit == nil {
		c.Audit = audit.Discard()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return nil
}

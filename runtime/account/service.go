package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/password"
)

// DefaultStoreTimeout bounds a call of the storage (SECURITY F-08).
const DefaultStoreTimeout = 2 * time.Second

// A Hasher hashes and verifies passwords, as [*password.Hasher] does.
type Hasher interface {
	Hash(ctx context.Context, password string) (string, error)
	Verify(ctx context.Context, encoded, password string) (password.Result, error)
	VerifyNobody(ctx context.Context, password string) error
}

// Config describes a [Service].
type Config[ID comparable, R ~string] struct {
	// Store keeps the accounts; required.
	Store Storage[ID, R]
	// Hasher hashes their passwords; required.
	Hasher Hasher
	// Policy says which passwords may be chosen; the zero Policy is the default one.
	Policy password.Policy
	// Breached reports whether a password is known from a breach, for example by a
	// range query; nil asks nobody. It is asked about a password that is about to be
	// chosen and that Policy accepts, for at most [BreachedTimeout]. One that cannot
	// tell stands in nobody's way: the password is accepted and a warning logged
	// (SECURITY PWD-05). The text of its error is not logged: it might quote the
	// password.
	Breached func(ctx context.Context, password string) (bool, error)
	// DefaultRole is what who registers gets; required.
	DefaultRole R
	// NewID makes the id of a new account; nil leaves it to the storage.
	NewID func() (ID, error)
	// Site is the name or host of the application, which a password must not be
	// built from (SECURITY PWD-05).
	Site string
	// Changed is told of a user whose roles, password or right to authenticate may have
	// changed, before the change is answered: for who keeps what it read of users. It is
	// told after a failure too, which may have changed something. nil tells nobody.
	Changed func(id ID)
	// Pseudonym names in events what matches no account. The zero Pseudonym leaves
	// it out.
	Pseudonym audit.Pseudonym
	// Audit takes the events; nil means nobody does.
	Audit audit.Recorder
	// Logger takes what went wrong without failing a request; nil is slog.Default().
	Logger *slog.Logger
	// StoreTimeout bounds each call of the storage; zero is DefaultStoreTimeout.
	StoreTimeout time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// A Service keeps accounts. It is safe for concurrent use and needs no closing.
//
// An error that is not one of this package, of password or of authn means that
// something could not be found out or done. What a method does beyond reading is
// recorded as an audit event, with ids and never with an e-mail address.
type Service[ID comparable, R ~string] struct {
	cfg Config[ID, R]
}

// New returns a Service. The error names what is wrong with cfg.
func New[ID comparable, R ~string](cfg Config[ID, R]) (*Service[ID, R], error) {
	var missing error
	if cfg.Store == nil {
		missing = errors.New("a Store is required")
	}
	if cfg.Hasher == nil {
		missing = errors.Join(missing, errors.New("a Hasher is required"))
	}
	if cfg.StoreTimeout < 0 {
		missing = errors.Join(missing, errors.New("the StoreTimeout is negative"))
	}
	_, role := canonicalRoles([]R{cfg.DefaultRole})
	if err := errors.Join(missing, role, cfg.Policy.Validate()); err != nil {
		return nil, fmt.Errorf("configure accounts: %w", err)
	}
	if cfg.Audit == nil {
		cfg.Audit = audit.Discard()
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Changed == nil {
		cfg.Changed = func(ID) {}
	}
	if cfg.StoreTimeout == 0 {
		cfg.StoreTimeout = DefaultStoreTimeout
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Service[ID, R]{cfg: cfg}, nil
}

// ByID returns the account of id, or [ErrNotFound].
func (s *Service[ID, R]) ByID(ctx context.Context, id ID) (User[ID, R], error) {
	r, err := s.byID(ctx, id)
	return r.User, err
}

// ByEmail returns the account of an e-mail address in any spelling. It returns
// [ErrNotFound], or [ErrInvalidEmail] if email is no address.
func (s *Service[ID, R]) ByEmail(ctx context.Context, email string) (User[ID, R], error) {
	canonical, err := CanonicalEmail(email)
	if err != nil {
		return User[ID, R]{}, err
	}
	r, err := s.byEmail(ctx, canonical)
	return r.User, err
}

func (s *Service[ID, R]) byID(ctx context.Context, id ID) (Record[ID, R], error) {
	return s.find(ctx, func(ctx context.Context) (Record[ID, R], error) { return s.cfg.Store.ByID(ctx, id) })
}

func (s *Service[ID, R]) byEmail(ctx context.Context, canonical string) (Record[ID, R], error) {
	return s.find(ctx, func(ctx context.Context) (Record[ID, R], error) { return s.cfg.Store.ByEmail(ctx, canonical) })
}

func (s *Service[ID, R]) find(ctx context.Context, call func(context.Context) (Record[ID, R], error)) (r Record[ID, R], err error) {
	err = s.ask(ctx, "find account", func(ctx context.Context) (err error) {
		r, err = call(ctx)
		return err
	})
	return r, err
}

// ask calls the storage under a deadline (SECURITY F-08) and says, in an error
// that is no verdict, what it was asked for.
func (s *Service[ID, R]) ask(ctx context.Context, what string, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StoreTimeout)
	defer cancel()
	err := call(ctx)
	if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrEmailTaken) {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}

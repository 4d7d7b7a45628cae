package session

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/internal/batch"
	"github.com/authgen-go/authgen/runtime/internal/deadline"
	"github.com/authgen-go/authgen/runtime/internal/kept"
	"github.com/authgen-go/authgen/runtime/internal/sweep"
)

// strategy is how the spec writes what this package does.
const strategy = "session"

// touchesPerWrite bounds how long one transaction of last-seen times keeps other
// writers waiting.
const touchesPerWrite = 1000

// A Manager makes, finds and ends sessions. It is safe for concurrent use and
// must be closed.
//
// Its storage is asked under a deadline. An error that is not one of this package
// or of authn means that the storage could not tell; it ends no session and takes
// no cookie away.
type Manager[ID comparable, U Account] struct {
	cfg     Config[ID, U]
	name    string // of the cookie, with its prefix
	touches *batch.Queue[Hash, time.Time]
	sweeper *sweep.Sweeper
	kept    *kept.Cache[Hash, found[ID, U]] // nil if nothing is kept
	reads   *deadline.Deadline              // see ask for the other calls
}

// New starts a Manager. The error names what is wrong with cfg.
func New[ID comparable, U Account](cfg Config[ID, U]) (*Manager[ID, U], error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	m := &Manager[ID, U]{cfg: cfg, name: cfg.Cookie.Name, reads: deadline.New(cfg.StoreTimeout)}
	if cfg.HTTPS {
		m.name = hostPrefix + cfg.Cookie.Name
	} else {
		cfg.Logger.Warn("session cookies are not Secure, because the base URL is not https", "cookie", m.name)
		m.record(context.Background(), audit.Event{
			Type: audit.ConfigurationWarned, Outcome: audit.Success, Reason: reasonInsecureCookie,
		})
	}
	if cfg.MaxStaleness > 0 {
		m.kept = kept.New[Hash, found[ID, U]](cfg.MaxStaleness)
	}
	m.touches = batch.New(batch.Config[Hash, time.Time]{
		Name:     "last-seen times of sessions",
		Flush:    m.writeTouches,
		Interval: cfg.TouchInterval,
		Timeout:  10 * cfg.StoreTimeout, // each write has StoreTimeout
		Logger:   cfg.Logger,
	})
	m.sweeper = sweep.Start(cfg.SweepInterval, cfg.Logger, "sessions", func(ctx context.Context) error {
		_, err := m.Sweep(ctx)
		return err
	})
	return m, nil
}

// Flush writes the last-seen times that wait to be written.
func (m *Manager[ID, U]) Flush(ctx context.Context) error { return m.touches.Flush(ctx) }

// Close ends the work in the background and writes the last-seen times that wait.
// If ctx ends first they are lost, and the error says so: their sessions end
// earlier than they had to.
func (m *Manager[ID, U]) Close(ctx context.Context) error {
	m.sweeper.Stop()
	defer m.reads.Stop()
	return m.touches.Close(ctx)
}

// writeTouches may write a part and fail: a touch that is repeated changes nothing.
func (m *Manager[ID, U]) writeTouches(ctx context.Context, seen map[Hash]time.Time) error {
	touches := make([]Touch, 0, len(seen))
	for hash, at := range seen {
		touches = append(touches, Touch{Hash: hash, SeenAt: canonical(at)})
	}
	// In one order for everybody, so that two processes do not lock rows crosswise.
	slices.SortFunc(touches, func(a, b Touch) int { return slices.Compare(a.Hash[:], b.Hash[:]) })
	for part := range slices.Chunk(touches, touchesPerWrite) {
		err := m.ask(ctx, func(ctx context.Context) error { return m.cfg.Store.Touch(ctx, part) })
		if err != nil {
			return fmt.Errorf("touch sessions: %w", err)
		}
	}
	return nil
}

// ask calls the storage under a deadline (SECURITY F-08).
func (m *Manager[ID, U]) ask(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, m.cfg.StoreTimeout)
	defer cancel()
	return call(ctx)
}

// change calls the storage for a change that events tell of (see [audit.Do]).
func (m *Manager[ID, U]) change(ctx context.Context, call func(context.Context) error, events ...audit.Event) error {
	return audit.Do(ctx, m.cfg.Audit, func(ctx context.Context) error { return m.ask(ctx, call) }, events...)
}

// now is the time as it is stored.
func (m *Manager[ID, U]) now() time.Time { return canonical(m.cfg.Now()) }

func canonical(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func (m *Manager[ID, U]) record(ctx context.Context, e audit.Event) {
	e.Time, e.Strategy = m.now(), strategy
	m.cfg.Audit.Record(ctx, e)
}

// text is the form of an id that audit events carry.
func text[ID comparable](id ID) string { return fmt.Sprint(id) }

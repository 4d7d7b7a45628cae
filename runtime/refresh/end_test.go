package refresh_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/refresh"
)

// SECURITY REV-01.
func TestEndTakesAnyTokenOfTheFamily(t *testing.T) {
	for name, retired := range map[string]bool{"the newest": false, "a retired one": true} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			f, token := b.login()
			kept, keptToken := b.login()
			if retired {
				b.next(b.next(token))
			}
			b.audit.Reset()
			b.must(b.End(t.Context(), b.ada.ID, token))
			b.saw(f, "token.revoked success  ADA>FAM")
			if b.there(f.ID) || !b.there(kept.ID) {
				t.Error("the wrong family ended")
			}
			if len(b.ended) != 1 || b.ended[0] != b.ada.ID {
				t.Errorf("told of %v", b.ended)
			}
			b.refused("ended", token)
			b.next(keptToken)
		})
	}
}

// What names no family of the user is passed over (RFC 7009 section 2.2), and costs
// nobody else a login.
// SECURITY REV-01.
func TestEndPassesOverWhatIsOfNoUse(t *testing.T) {
	b := newBench(t)
	bob := b.user("bob@example.com")
	f, token := b.login()
	b.audit.Reset()
	b.must(b.End(t.Context(), bob.ID, token))
	if !b.there(f.ID) {
		t.Fatal("somebody else ended it")
	}
	b.audit.Reset()
	b.store.calls()
	b.must(b.End(t.Context(), b.ada.ID, token+"A"))
	b.saw(f, "token.revoked denied malformed ADA>")
	if got := b.store.calls(); got != "" {
		t.Errorf("asked %q", got)
	}
	b.must(b.End(t.Context(), b.ada.ID, token))
	b.audit.Reset()
	b.must(b.End(t.Context(), b.ada.ID, token))
	b.saw(f, "token.revoked denied not-found ADA>FAM")
}

func TestEndByIDEndsOwnFamiliesOnly(t *testing.T) {
	b := newBench(t)
	bob := b.user("bob@example.com")
	f, _ := b.login()
	b.is("somebody else's", b.EndByID(t.Context(), bob.ID, f.ID), refresh.ErrNoSuchFamily)
	b.is("none", b.EndByID(t.Context(), b.ada.ID, refresh.ID{}), refresh.ErrNoSuchFamily)
	if !b.there(f.ID) {
		t.Fatal("somebody else ended it")
	}
	b.must(b.EndByID(t.Context(), b.ada.ID, f.ID))
	b.is("again", b.EndByID(t.Context(), b.ada.ID, f.ID), refresh.ErrNoSuchFamily)
	if b.there(f.ID) {
		t.Error("it lives")
	}
}

// SECURITY SES-08.
func TestSES08_AllOrAllButOneEnd(t *testing.T) {
	b := newBench(t)
	bob := b.user("bob@example.com")
	foreign, _, err := b.Start(t.Context(), bob.ID, bob.Version)
	b.must(err)
	one, _ := b.login()
	two, _ := b.login()
	keep, token := b.login()
	b.audit.Reset()
	b.must(b.EndOthers(t.Context(), b.ada.ID, keep.ID))
	b.saw(keep, "tokens.revoked success others ADA>ADA")
	if b.there(one.ID) || b.there(two.ID) || !b.there(keep.ID) || !b.there(foreign.ID) {
		t.Error("not the others ended")
	}
	b.next(token)
	b.audit.Reset()
	b.must(b.EndAll(t.Context(), b.ada.ID))
	b.saw(keep, "tokens.revoked success all ADA>ADA")
	if b.there(keep.ID) || !b.there(foreign.ID) {
		t.Error("not all of ada's ended, or bob's did")
	}
	if len(b.ended) != 2 {
		t.Errorf("told %d times", len(b.ended))
	}
}

// If the storage did not confirm, nobody is told that a login is over; whoever keeps
// answers forgets them all the same. What ends goes on without the client.
// SECURITY REV-02.
func TestREV02_AnEndThatWasNotConfirmedIsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		end   func(b *bench, ctx context.Context, f family, token string) error
		event string
	}{
		"End": {
			func(b *bench, ctx context.Context, _ family, token string) error {
				return b.End(ctx, b.ada.ID, token)
			}, "token.revoked failed store-unavailable ADA>FAM",
		},
		"EndByID": {
			func(b *bench, ctx context.Context, f family, _ string) error { return b.EndByID(ctx, b.ada.ID, f.ID) },
			"token.revoked failed store-unavailable ADA>FAM",
		},
		"EndAll": {
			func(b *bench, ctx context.Context, _ family, _ string) error { return b.EndAll(ctx, b.ada.ID) },
			"tokens.revoked failed store-unavailable ADA>ADA",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			f, token := b.login()
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			b.store.down()
			b.audit.Reset()
			err := c.end(b, gone, f, token)
			b.is("down", err, errDown)
			if errors.As(err, new(*authn.Problem)) {
				t.Errorf("a verdict: %v", err)
			}
			b.saw(f, c.event)
			if len(b.ended) != 1 {
				t.Errorf("told %d times", len(b.ended))
			}
			b.store.hook(func(ctx context.Context, _ string) error { return ctx.Err() }, nil)
			b.must(c.end(b, gone, f, token))
			if b.there(f.ID) {
				t.Error("it lives")
			}
		})
	}
}

// Who changes the password keeps the login in which that was done, and no other.
// SECURITY SES-08.
func TestSES08_TheLoginThatChangedThePasswordIsAdopted(t *testing.T) {
	b := newBench(t)
	own, token := b.login()
	_, other := b.login()
	version, err := b.users.ChangePassword(t.Context(), b.ada.ID, "old", "new")
	b.must(err)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	b.store.hook(func(ctx context.Context, _ string) error { return ctx.Err() }, nil)
	b.must(b.Adopt(gone, b.ada.ID, own.ID, version)) // the password is changed already
	f, _, err := b.use(token)
	b.must(err)
	if f.UserVersion != version || f.AuthenticatedAt != own.AuthenticatedAt || f.ExpiresAt != own.ExpiresAt {
		t.Errorf("%+v, adopted from %+v", f, own)
	}
	b.refused("the other login", other)
	b.must(b.Adopt(t.Context(), b.ada.ID, refresh.ID{1}, version)) // ended meanwhile
	b.store.down()
	b.is("down", b.Adopt(t.Context(), b.ada.ID, own.ID, version), errDown)
}

func TestStart(t *testing.T) {
	b := newBench(t, func(c *config) { c.TTL = 100 * time.Hour })
	f, token, err := b.Start(t.Context(), b.ada.ID, 7)
	b.must(err)
	now := start.Truncate(time.Microsecond)
	want := family{
		ID: f.ID, UserID: b.ada.ID, UserVersion: 7, Counter: 1,
		CreatedAt: now, AuthenticatedAt: now, RotatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(100 * time.Hour),
	}
	stored, _, err := b.store.storage.Find(t.Context(), f.ID)
	b.must(err)
	if f != want || stored != want {
		t.Errorf("got %+v, stored %+v, want %+v", f, stored, want)
	}
	if len(token) != 75 {
		t.Errorf("a token of %d characters", len(token))
	}
	b.audit.Reset()
	_, token, err = b.Start(t.Context(), 1, 1)
	b.is("nobody", err, refresh.ErrInactiveUser)
	if e := b.audit.Events(); len(e) != 1 || e[0].Outcome != "denied" || e[0].Reason != "inactive-user" || token != "" {
		t.Errorf("events %+v", e)
	}
	b.audit.Reset()
	b.store.down()
	_, token, err = b.Start(t.Context(), b.ada.ID, 1)
	b.is("down", err, errDown)
	if e := b.audit.Events(); len(e) != 1 || e[0].Outcome != "failed" || token != "" {
		t.Errorf("events %+v", e)
	}
}

// A storage that hangs is left after StoreTimeout.
// SECURITY F-08.
func TestF08_TheStorageHasADeadline(t *testing.T) {
	b := newBench(t, func(c *config) { c.StoreTimeout = time.Millisecond })
	f, token := b.login()
	b.store.hook(func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() }, nil)
	_, _, rotated := b.use(token)
	_, _, started := b.Start(t.Context(), b.ada.ID, 1)
	_, swept := b.Sweep(t.Context())
	for what, err := range map[string]error{
		"Rotate": rotated, "Start": started, "Sweep": swept, "End": b.End(t.Context(), b.ada.ID, token),
		"EndByID": b.EndByID(t.Context(), b.ada.ID, f.ID), "EndAll": b.EndAll(t.Context(), b.ada.ID),
		"Adopt": b.Adopt(t.Context(), b.ada.ID, f.ID, 2),
	} {
		b.is(what, err, context.DeadlineExceeded)
	}
}

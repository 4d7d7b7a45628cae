package storetest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/revocation"
)

// state asks about a token.
func (f *tokenFixture[ID, R]) state(user ID, family, id string) revocation.State[account.User[ID, R]] {
	f.Helper()
	s, err := f.Revocations.Check(f.Context(), user, family, id)
	if err != nil {
		f.Fatalf("check token %q of family %q: %v", id, family, err)
	}
	return s
}

// revoked reports whether a token is on the list.
func (f *tokenFixture[ID, R]) revoked(user ID, id string) bool {
	f.Helper()
	return f.state(user, "", id).Revoked
}

func checkAbsent[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	f.must(f.Revocations.Revoke(f.Context(), "t", start.Add(time.Hour)))
	for _, id := range []string{"t", "none", ""} {
		if _, err := f.Revocations.Check(f.Context(), f.Absent, "", id); !errors.Is(err, revocation.ErrNotFound) {
			f.Errorf("token %q of nobody: %v, want ErrNotFound", id, err)
		}
	}
	f.must(f.Users.Delete(f.Context(), u.ID))
	if _, err := f.Revocations.Check(f.Context(), u.ID, "", "none"); !errors.Is(err, revocation.ErrNotFound) {
		f.Errorf("a token of who is gone: %v, want ErrNotFound", err)
	}
}

func checkUser[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	for _, want := range []account.User[ID, R]{u, other} {
		s := f.state(want.ID, "", "t")
		if diff := sameRights(s.User, want); diff != "" {
			f.Error(diff)
		}
		if s.Revoked || s.FamilyGone {
			f.Errorf("revoked %v, family gone %v", s.Revoked, s.FamilyGone)
		}
	}
}

func checkRoles[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	for _, roles := range [][]R{nil, f.Roles[:1], f.Roles} {
		f.must(f.Users.SetRoles(f.Context(), u.ID, roles))
		want := u
		want.Roles = roles
		if diff := sameRights(f.state(u.ID, "", "t").User, want); diff != "" {
			f.Error(diff)
		}
	}
}

func checkDisabled[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	f.must(f.Users.SignOutEverywhere(f.Context(), u.ID))
	if got := f.state(u.ID, "", "t").User; got.AuthVersion() <= u.AuthVersion() || !got.Active() {
		f.Errorf("signed out: version %d after %d, active %v", got.AuthVersion(), u.AuthVersion(), got.Active())
	}
	f.must(f.Users.SetDisabled(f.Context(), u.ID, true))
	if f.state(u.ID, "", "t").User.Active() {
		f.Error("a disabled user is active")
	}
}

// A family is there for its own user only; the token of no family misses none.
func checkFamily[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.begin(u.ID, "a")
	f.begin(other.ID, "b")
	a, b := familyID("a").String(), familyID("b").String()
	for _, c := range []struct {
		family string
		gone   bool
	}{
		{"", false}, {a, false}, {b, true}, {familyID("none").String(), true}, {"no id at all", true},
		{a + "A", true}, {a[:21], true}, {strings.ToLower(a), true}, {strings.ToUpper(a), true}, {a + " ", true},
	} {
		if got := f.state(u.ID, c.family, "t").FamilyGone; got != c.gone {
			f.Errorf("family %q: gone %v, want %v", c.family, got, c.gone)
		}
	}
	f.must(f.Families.Advance(f.Context(), familyID("a"), 1, start))
	if f.state(u.ID, a, "t").FamilyGone {
		f.Error("a family that was refreshed is gone")
	}
	f.must(f.Families.End(f.Context(), familyID("a")))
	if !f.state(u.ID, a, "t").FamilyGone {
		f.Error("a family that ended is there")
	}
	if f.state(other.ID, b, "t").FamilyGone {
		f.Error("another family is gone")
	}
}

func revokeOne[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.must(f.Revocations.Revoke(f.Context(), "Token-1", start.Add(time.Hour)))
	for id, want := range map[string]bool{
		"Token-1": true, "token-1": false, "TOKEN-1": false, "Token-1 ": false, " Token-1": false,
		"Token-": false, "Token-11": false, "Token%": false, "Token_1": false, "": false,
	} {
		if got := f.revoked(u.ID, id); got != want {
			f.Errorf("token %q: revoked %v, want %v", id, got, want)
		}
	}
	if !f.revoked(other.ID, "Token-1") {
		f.Error("who asks makes a difference") // ids are unique: the list is the issuer's
	}
}

func revokeHostile[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	for _, id := range []string{`a'b"c`, "x'); DROP TABLE auth_revoked_tokens; --", "жук 🐞", "?1 :a $2 \\", strings.Repeat("x", 200)} {
		if f.revoked(u.ID, id) {
			f.Errorf("token %q is revoked before it was", id)
		}
		f.must(f.Revocations.Revoke(f.Context(), id, start.Add(time.Hour)))
		if !f.revoked(u.ID, id) {
			f.Errorf("token %q is not revoked", id)
		}
	}
}

// revokeLater finds out the end of an entry by sweeping up to it.
func revokeLater[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	for i, ends := range [][]time.Duration{{time.Hour}, {time.Hour, time.Minute}, {time.Minute, time.Hour}, {time.Hour, time.Hour}} {
		id := fmt.Sprint("t", i)
		for _, end := range ends {
			f.must(f.Revocations.Revoke(f.Context(), id, start.Add(end)))
		}
		f.endsAt(u.ID, id, start.Add(time.Hour))
	}
}

// endsAt reports an error unless the entry of a token ends at that very moment.
func (f *tokenFixture[ID, R]) endsAt(user ID, id string, end time.Time) {
	f.Helper()
	end = canonical(end)
	if n, err := f.Revocations.DeleteRevoked(f.Context(), end.Add(-time.Microsecond), width); n != 0 || err != nil || !f.revoked(user, id) {
		f.Errorf("token %s: a microsecond early %d entries were swept, %v", id, n, err)
	}
	if n, err := f.Revocations.DeleteRevoked(f.Context(), end, width); n != 1 || err != nil || f.revoked(user, id) {
		f.Errorf("token %s: at its end %d entries were swept, %v", id, n, err)
	}
}

func raceRevokeToken[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	for i, err := range f.race(func(i int) error {
		end := start.Add(time.Duration(i*37%width) * time.Second) // each once, in no order
		return f.Revocations.Revoke(f.Context(), "t", end)
	}) {
		if err != nil {
			f.Errorf("caller %d: %v", i, err)
		}
	}
	f.endsAt(u.ID, "t", start.Add((width-1)*time.Second))
}

// Whatever is listed later, nothing that is listed already ends for it.
func revokeMany[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	const n = 2000
	for i := range n {
		f.must(f.Revocations.Revoke(f.Context(), fmt.Sprint("t", i), start.Add(time.Duration(1+i%7)*time.Hour)))
		if i%100 == 0 {
			if swept, err := f.Revocations.DeleteRevoked(f.Context(), start, n); swept != 0 || err != nil {
				f.Fatalf("swept %d, %v; want none", swept, err)
			}
		}
	}
	for i := range n {
		if !f.revoked(u.ID, fmt.Sprint("t", i)) {
			f.Fatalf("token %d is not revoked any more", i)
		}
	}
}

func sweepRevoked[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	now := canonical(start.Add(time.Hour))
	for i := range 10 {
		f.must(f.Revocations.Revoke(f.Context(), fmt.Sprint("ended", i), now.Add(-time.Duration(i)*time.Hour)))
	}
	f.must(f.Revocations.Revoke(f.Context(), "live", now.Add(time.Microsecond)))
	for i := range 10 { // what ended counts as long as it is there: its token has ended too
		if !f.revoked(u.ID, fmt.Sprint("ended", i)) {
			f.Errorf("entry %d was not stored", i)
		}
	}
	for _, want := range []int{4, 4, 2, 0} {
		if n, err := f.Revocations.DeleteRevoked(f.Context(), now, 4); n != want || err != nil {
			f.Errorf("swept %d, %v; want %d", n, err, want)
		}
	}
	for i := range 10 {
		if f.revoked(u.ID, fmt.Sprint("ended", i)) {
			f.Errorf("entry %d is still there", i)
		}
	}
	if !f.revoked(u.ID, "live") {
		f.Error("an entry that did not end was swept")
	}
}

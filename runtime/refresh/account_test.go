package refresh_test

import (
	"errors"
	"testing"
)

// What becomes of the account is looked at again at each refresh.
// SECURITY REF-08, SES-07, SES-08.
func TestREF08_TheAccountIsCheckedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bench) error
		event  string
	}{
		"disabled": {
			func(b *bench) error { return b.users.SetDisabled(b.Context(), b.ada.ID, true) },
			"token.refused denied inactive-user ADA>FAM",
		},
		"disabled and enabled": {
			func(b *bench) error {
				return errors.Join(b.users.SetDisabled(b.Context(), b.ada.ID, true), b.users.SetDisabled(b.Context(), b.ada.ID, false))
			},
			"token.refused denied user-version ADA>FAM",
		},
		"signed out everywhere": {
			func(b *bench) error { return b.users.SignOutEverywhere(b.Context(), b.ada.ID) },
			"token.refused denied user-version ADA>FAM",
		},
		"another password": {
			func(b *bench) error {
				_, err := b.users.ChangePassword(b.Context(), b.ada.ID, "old", "new")
				return err
			},
			"token.refused denied user-version ADA>FAM",
		},
		"deleted": {
			func(b *bench) error { return b.users.Delete(b.Context(), b.ada.ID) },
			"token.refused denied unknown >FAM",
		},
	} {
		for kind, retired := range map[string]bool{"newest": false, "in grace": true} {
			t.Run(name+" "+kind, func(t *testing.T) {
				b := newBench(t)
				f, token := b.login()
				if retired {
					b.next(token)
				}
				b.must(c.change(b))
				b.audit.Reset()
				b.refused(name, token)
				b.saw(f, c.event)
				if b.there(f.ID) {
					t.Error("the family lives")
				}
			})
		}
	}
}

// The user comes as of now: what they may do is decided anew.
// SECURITY REF-08.
func TestREF08_TheUserComesAsOfNow(t *testing.T) {
	b := newBench(t)
	_, token := b.login()
	b.must(b.users.SetRoles(t.Context(), b.ada.ID, []role{"guest"}))
	ref, err := b.Parse(token)
	b.must(err)
	_, u, _, err := b.Rotate(t.Context(), ref)
	b.must(err)
	if len(u.Roles) != 1 || u.Roles[0] != "guest" || u.ID != b.ada.ID {
		t.Errorf("user %+v", u)
	}
}

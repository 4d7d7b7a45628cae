package identity_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/identity"
	"github.com/authgen-go/authgen/runtime/store/memory"
)

type role string

type (
	user    = account.User[int64, role]
	config  = identity.Config[int64, role]
	service = identity.Service[int64, role]
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// A bench is a service with everything around it in the hands of a test.
type bench struct {
	testing.TB
	*service
	users *memory.Users[int64, role]
	audit *audittest.Recorder
}

func newBench(t testing.TB, change ...func(*config)) *bench {
	t.Helper()
	var last atomic.Int64
	users := memory.NewUsers[int64, role](func() int64 { return 1000 + last.Add(1) })
	b := &bench{TB: t, users: users, audit: &audittest.Recorder{}}
	cfg := config{
		Store: memory.NewIdentities(users), DefaultRole: "member", Audit: b.audit, Now: func() time.Time { return start },
	}
	for _, f := range change {
		f(&cfg)
	}
	s, err := identity.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.service = s
	return b
}

// registered makes an account with a password.
func (b *bench) registered(email string) user {
	b.Helper()
	u, err := b.users.Create(b.Context(), account.Record[int64, role]{User: user{Email: email, Roles: []role{"member"}}, PasswordHash: "hash"})
	if err != nil {
		b.Fatal(err)
	}
	return u
}

func (b *bench) is(what string, err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Errorf("%s: %v, want %v", what, err, want)
	}
}

// saw fails the test unless exactly these events were recorded.
func (b *bench) saw(want ...string) {
	b.Helper()
	var got []string
	for _, e := range b.audit.Events() {
		got = append(got, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s>%s", e.Type, e.Outcome, e.Reason, e.Actor, e.Target)), " "))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		b.Errorf("events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	b.audit.Reset()
}

func login(provider, subject, email string) identity.Login {
	return identity.Login{Provider: provider, Subject: subject, Email: email, EmailVerified: true}
}

// SECURITY OAC-06.
func TestOAC06_TheAccountIsThatOfProviderAndSubject(t *testing.T) {
	b := newBench(t)
	first, err := b.SignIn(t.Context(), login("acme", "1", "Ada@Example.com"))
	if err != nil || first.Email != "ada@example.com" || len(first.Roles) != 1 || first.Roles[0] != "member" {
		t.Fatalf("%+v, %v", first, err)
	}
	b.saw("user.registered success 1001>1001", "login success 1001>1001")

	// Another address, or none that is vouched for, is still the same account.
	for _, again := range []identity.Login{login("acme", "1", "new@example.com"), {Provider: "acme", Subject: "1"}} {
		if got, err := b.SignIn(t.Context(), again); err != nil || got.ID != first.ID || got.Email != "ada@example.com" {
			t.Errorf("%+v, %v", got, err)
		}
		b.saw("login success 1001>1001")
	}

	// The same address elsewhere is not.
	_, err = b.SignIn(t.Context(), login("other", "1", "ada@example.com"))
	b.is("the same address elsewhere", err, account.ErrEmailTaken)
	b.saw("login denied email-taken >")
	second, err := b.SignIn(t.Context(), login("other", "1", "bob@example.com"))
	if err != nil || second.ID == first.ID {
		t.Errorf("the same subject elsewhere: %+v, %v", second, err)
	}
}

// Who registered with somebody else's address is neither taken over nor lets anybody in.
// SECURITY OAC-07.
func TestOAC07_AnAccountWithAPasswordIsNeverLinkedByItsAddress(t *testing.T) {
	for _, link := range []bool{false, true} {
		b := newBench(t, func(c *config) { c.LinkByEmail = link })
		mallory := b.registered("ada@example.com")
		_, err := b.SignIn(t.Context(), login("acme", "1", "ada@example.com"))
		b.is("the victim's login", err, account.ErrEmailTaken)
		if list, err := b.List(t.Context(), mallory.ID); len(list) != 0 || err != nil {
			t.Errorf("linked %v, %v", list, err)
		}
	}
}

// SECURITY OAC-07.
func TestOAC07_AddressesLinkWhereBothSidesAreVerified(t *testing.T) {
	b := newBench(t, func(c *config) { c.LinkByEmail = true })
	ada, err := b.SignIn(t.Context(), login("acme", "1", "ada@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.SignIn(t.Context(), identity.Login{Provider: "other", Subject: "2", Email: "ada@example.com"})
	b.is("an address that is not vouched for", err, identity.ErrEmailUnverified)
	b.audit.Reset()
	got, err := b.SignIn(t.Context(), login("other", "1", "ADA@example.com"))
	if err != nil || got.ID != ada.ID {
		t.Errorf("%+v, %v; want %v", got, err, ada.ID)
	}
	b.saw("identity.linked success verified-email 1001>other", "login success 1001>1001")
	_, err = b.SignIn(t.Context(), login("other", "9", "ada@example.com"))
	b.is("another account there with her address", err, identity.ErrTaken)
}

// SECURITY OAC-08.
func TestOAC08_ADisabledAccountStaysDisabled(t *testing.T) {
	b := newBench(t, func(c *config) { c.LinkByEmail = true })
	ada, err := b.SignIn(t.Context(), login("acme", "1", "ada@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.users.SetDisabled(t.Context(), ada.ID, true); err != nil {
		t.Fatal(err)
	}
	b.audit.Reset()
	got, err := b.SignIn(t.Context(), login("acme", "1", "ada@example.com"))
	b.is("her login", err, identity.ErrDisabled)
	if got.ID != 0 {
		t.Errorf("a refused login returns %+v", got)
	}
	b.saw("login denied account-disabled 1001>1001")
	_, err = b.SignIn(t.Context(), login("other", "1", "ada@example.com"))
	b.is("another provider", err, identity.ErrDisabled)
}

func TestNoAccountIsMadeWithoutAnAddressOrAWelcome(t *testing.T) {
	b := newBench(t)
	for name, l := range map[string]identity.Login{
		"no address":     {Provider: "acme", Subject: "1", EmailVerified: true},
		"not vouched":    {Provider: "acme", Subject: "1", Email: "ada@example.com"},
		"not an address": login("acme", "1", "ada"),
	} {
		_, err := b.SignIn(t.Context(), l)
		b.is(name, err, identity.ErrEmailUnverified)
	}
	_, err := b.SignIn(t.Context(), login("acme", "", "ada@example.com"))
	if err == nil || errors.Is(err, identity.ErrEmailUnverified) {
		t.Errorf("a login without a subject: %v", err)
	}

	closed := newBench(t, func(c *config) { c.Closed = true })
	_, err = closed.SignIn(t.Context(), login("acme", "1", "ada@example.com"))
	closed.is("registration closed", err, identity.ErrClosed)
	ada := closed.registered("ada@example.com")
	if err := closed.Link(t.Context(), ada.ID, login("acme", "1", "")); err != nil {
		t.Fatal(err)
	}
	if got, err := closed.SignIn(t.Context(), login("acme", "1", "")); err != nil || got.ID != ada.ID {
		t.Errorf("%+v, %v", got, err)
	}
}

// One login in many requests is one account.
func TestLoginsAtOnceAreOneAccount(t *testing.T) {
	b := newBench(t)
	var wg sync.WaitGroup
	ids := make([]int64, 100)
	for i := range ids {
		wg.Go(func() {
			u, err := b.SignIn(context.Background(), login("acme", "1", "ada@example.com"))
			if err != nil {
				t.Error(err)
			}
			ids[i] = u.ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("accounts %v", ids)
		}
	}
}

func TestLinkAndUnlink(t *testing.T) {
	b := newBench(t)
	ada, bob := b.registered("ada@example.com"), b.registered("bob@example.com")
	if err := b.Link(t.Context(), ada.ID, login("acme", "1", "elsewhere@example.com")); err != nil {
		t.Fatal(err)
	}
	b.saw("identity.linked success 1001>acme")
	b.is("somebody else's", b.Link(t.Context(), bob.ID, login("acme", "1", "")), identity.ErrTaken)
	b.is("a second one", b.Link(t.Context(), ada.ID, login("acme", "2", "")), identity.ErrTaken)
	b.saw("identity.linked denied identity-taken 1002>acme", "identity.linked denied identity-taken 1001>acme")
	if got, err := b.SignIn(t.Context(), login("acme", "1", "")); err != nil || got.ID != ada.ID {
		t.Errorf("%+v, %v", got, err)
	}
	b.audit.Reset()

	b.is("not linked", b.Unlink(t.Context(), ada.ID, "other"), identity.ErrNotLinked)
	if err := b.Unlink(t.Context(), ada.ID, "acme"); err != nil {
		t.Error(err)
	}
	b.saw("identity.unlinked denied not-found 1001>other", "identity.unlinked success 1001>acme")

	eve, err := b.SignIn(t.Context(), login("acme", "3", "eve@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	b.audit.Reset()
	b.is("her only way in", b.Unlink(t.Context(), eve.ID, "acme"), identity.ErrLastWayIn)
	b.saw("identity.unlinked denied last-way-in 1003>acme")
}

// down is a storage that can tell nothing.
type down struct {
	identity.Storage[int64, role]
}

var errDown = errors.New("connection refused")

func (down) Find(context.Context, string, string) (user, error) { return user{}, errDown }
func (down) Unlink(context.Context, int64, string) error        { return errDown }

// SECURITY ERR-05.
func TestERR05_AnOutageIsNoVerdict(t *testing.T) {
	b := newBench(t, func(c *config) { c.Store = down{} })
	_, err := b.SignIn(t.Context(), login("acme", "1", "ada@example.com"))
	b.is("SignIn", err, errDown)
	b.is("Unlink", b.Unlink(t.Context(), 1, "acme"), errDown)
	b.saw("login failed store-unavailable >", "identity.unlinked failed store-unavailable 1>acme")
}

func TestNewNamesWhatIsMissing(t *testing.T) {
	if _, err := identity.New(config{}); err == nil || !strings.Contains(err.Error(), "Store") || !strings.Contains(err.Error(), "DefaultRole") {
		t.Error(err)
	}
}

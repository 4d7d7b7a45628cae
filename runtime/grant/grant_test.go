package grant_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/grant"
	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/revocation"
	"github.com/authgen-go/authgen/runtime/store/memory"
	"github.com/authgen-go/authgen/runtime/token"
)

type role string

type user = account.User[int64, role]

// A fixture is a service over stores in memory.
type fixture struct {
	*testing.T
	*grant.Service[int64, user, token.Claims]
	users *memory.Users[int64, role]
	audit *audittest.Recorder
	now   time.Time
}

func newFixture(t *testing.T, change func(*grant.Config[int64, user, token.Claims])) *fixture {
	t.Helper()
	f := &fixture{T: t, audit: new(audittest.Recorder), now: time.Date(2030, 1, 15, 12, 0, 0, 300e6, time.UTC)}
	var last int64
	f.users = memory.NewUsers[int64, role](func() int64 { last++; return last })
	store := memory.NewTokens(f.users.User)
	key, err := token.NewHMAC([]byte("thirty-two bytes for a test, each"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := token.NewKeySet(key)
	if err != nil {
		t.Fatal(err)
	}
	cfg := grant.Config[int64, user, token.Claims]{
		Schema: token.Basic(), Keys: token.Static(set), Issuer: "https://id.example", TTL: 15 * time.Minute,
		ParseID: grant.ParseInt64, Revocations: store,
		Refresh: &grant.Refresh[int64, user]{Store: store, Key: make([]byte, 32), TTL: time.Hour, IdleTTL: time.Hour, Grace: 10 * time.Second},
		Audit:   f.audit, Now: func() time.Time { return f.now },
	}
	if change != nil {
		change(&cfg)
	}
	if f.Service, err = grant.New(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close(context.Background()) })
	return f
}

func (f *fixture) user() user {
	f.Helper()
	u, err := f.users.Create(f.Context(), account.Record[int64, role]{User: user{Email: fmt.Sprintf("u%d@app.example", len(f.audit.Events()))}})
	if err != nil {
		f.Fatal(err)
	}
	return u
}

func (f *fixture) issue(u user) grant.Pair {
	f.Helper()
	pair, err := f.Issue(f.Context(), u, u.ID)
	if err != nil {
		f.Fatal(err)
	}
	return pair
}

func (f *fixture) authenticate(access string) (token.Claims, error) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+access)
	claims, _, err := f.Authenticate(r)
	return claims, err
}

func TestTokensSayWhoLoggedInAndWhen(t *testing.T) {
	f := newFixture(t, func(cfg *grant.Config[int64, user, token.Claims]) {
		cfg.Claims = func(_ context.Context, u user, c *token.Claims) error {
			c.Roles, c.Subject = []string{"member"}, "somebody else" // which is not for it to say
			return nil
		}
	})
	u := f.user()
	pair := f.issue(u)
	if pair.ExpiresIn != 15*time.Minute {
		t.Errorf("it expires in %v, want 15m whatever the fraction of the second", pair.ExpiresIn)
	}
	claims, err := f.authenticate(pair.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	if claims.Subject != fmt.Sprint(u.ID) || claims.Version != u.Version || claims.Family == "" || len(claims.Roles) != 1 || claims.AuthTime.Unix() != f.now.Unix() {
		t.Errorf("the claims are %+v", claims)
	}

	f.now = f.now.Add(10 * time.Minute)
	next, err := f.Refresh(t.Context(), pair.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	again, err := f.authenticate(next.AccessToken)
	if err != nil || !again.AuthTime.Equal(claims.AuthTime) || again.Family != claims.Family || again.ID == claims.ID {
		t.Errorf("after a refresh the claims are %+v: %v", again, err)
	}
}

func TestAccessTokensDoNotOutliveTheirLogin(t *testing.T) {
	f := newFixture(t, nil)
	pair := f.issue(f.user())
	f.now = f.now.Add(55 * time.Minute)
	next, err := f.Refresh(t.Context(), pair.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if next.ExpiresIn > 5*time.Minute {
		t.Errorf("five minutes before its end a login gets a token for %v", next.ExpiresIn)
	}
}

// SECURITY SES-07.
func TestSES07_NobodyIsSignedInWhoIsDisabled(t *testing.T) {
	f := newFixture(t, nil)
	u := f.user()
	u.Disabled = true
	if _, err := f.Issue(t.Context(), u, u.ID); !errors.Is(err, grant.ErrInactiveUser) {
		t.Errorf("a disabled user is answered %v", err)
	}
}

// SECURITY SES-08.
func TestSES08_OnlyTheLoginThatChangedThePasswordGoesOn(t *testing.T) {
	f := newFixture(t, nil)
	u := f.user()
	mine, other := f.issue(u), f.issue(u)
	claims, err := f.authenticate(mine.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	version, err := f.users.ChangePassword(t.Context(), u.ID, "", "new")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Adopt(t.Context(), claims, u.ID, version); err != nil {
		t.Fatal(err)
	}
	for _, pair := range []grant.Pair{mine, other} {
		if _, err := f.authenticate(pair.AccessToken); !errors.Is(err, revocation.ErrRevoked) {
			t.Errorf("an access token of before is answered %v", err)
		}
	}
	if _, err := f.Refresh(t.Context(), other.RefreshToken); !errors.Is(err, refresh.ErrInvalidGrant) {
		t.Errorf("another login is answered %v", err)
	}
	if next, err := f.Refresh(t.Context(), mine.RefreshToken); err != nil {
		t.Errorf("the login itself is answered %v", err)
	} else if _, err := f.authenticate(next.AccessToken); err != nil {
		t.Errorf("its new access token is answered %v", err)
	}
}

// SECURITY REV-01.
func TestREV01_ALoginTakesItsAccessTokensAlong(t *testing.T) {
	f := newFixture(t, func(cfg *grant.Config[int64, user, token.Claims]) { cfg.MaxStaleness = time.Minute })
	u := f.user()
	pair, stranger := f.issue(u), f.issue(f.user())
	claims, err := f.authenticate(pair.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Revoke(t.Context(), claims, stranger.RefreshToken); err != nil {
		t.Fatalf("somebody else's token is passed over: %v", err)
	}
	if _, err := f.Refresh(t.Context(), stranger.RefreshToken); err != nil {
		t.Errorf("and works on, not %v", err)
	}
	second := f.issue(u)
	claims, err = f.authenticate(second.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	next, err := f.Refresh(t.Context(), second.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.authenticate(next.AccessToken); err != nil {
		t.Fatal(err)
	}
	if err := f.Revoke(t.Context(), claims, next.RefreshToken); err != nil {
		t.Fatal(err)
	}
	for _, access := range []string{second.AccessToken, next.AccessToken} {
		if _, err := f.authenticate(access); !errors.Is(err, revocation.ErrRevoked) {
			t.Errorf("an access token of the login is answered %v", err)
		}
	}
}

// twin returns the same token with the signature (r, n-s), which verifies as well.
func twin(t *testing.T, access string) string {
	t.Helper()
	at := strings.LastIndexByte(access, '.') + 1
	signature, err := base64.RawURLEncoding.DecodeString(access[at:])
	if err != nil || len(signature) != 64 {
		t.Fatalf("a signature of %d bytes: %v", len(signature), err)
	}
	s := new(big.Int).SetBytes(signature[32:])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(signature[32:])
	return access[:at] + base64.RawURLEncoding.EncodeToString(signature)
}

// SECURITY REV-03.
func TestREV03_NoSpellingOfARevokedTokenWorks(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := token.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	set, err := token.NewKeySet(key)
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, func(cfg *grant.Config[int64, user, token.Claims]) {
		cfg.Keys, cfg.MaxStaleness = token.Static(set), time.Minute
	})
	access := f.issue(f.user()).AccessToken
	other := twin(t, access)
	claims, err := f.authenticate(other) // and both are remembered from here on
	if err != nil {
		t.Fatalf("the twin is no token: %v", err)
	}
	if _, err := f.authenticate(access); err != nil {
		t.Fatal(err)
	}
	if err := f.Revoke(t.Context(), claims, ""); err != nil {
		t.Fatal(err)
	}
	for _, spelling := range []string{access, other} {
		if _, err := f.authenticate(spelling); !errors.Is(err, revocation.ErrRevoked) {
			t.Errorf("a spelling of the revoked token is answered %v", err)
		}
	}
	for _, spelling := range []string{access + "\n", access[:len(access)-1], access + "="} {
		if _, err := f.authenticate(spelling); err == nil {
			t.Error("another spelling is accepted")
		}
	}
}

func TestRevokeByID(t *testing.T) {
	f := newFixture(t, nil)
	pair := f.issue(f.user())
	claims, err := f.authenticate(pair.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.RevokeID(t.Context(), claims.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.authenticate(pair.AccessToken); !errors.Is(err, revocation.ErrRevoked) {
		t.Errorf("it is answered %v", err)
	}
}

// Whoever looks after the service revokes from a process of their own, whose list in
// memory is another.
// SECURITY REV-05.
func TestREV05_RevokeByIDReachesEveryProcess(t *testing.T) {
	var cfg grant.Config[int64, user, token.Claims]
	f := newFixture(t, func(c *grant.Config[int64, user, token.Claims]) {
		cfg = *c
		c.List, c.MaxStaleness = revocation.NewMemory(c.Now), time.Minute
	})
	pair, other := f.issue(f.user()), f.issue(f.user())
	claims, err := f.authenticate(pair.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	cfg.List = revocation.NewMemory(cfg.Now)
	admin, err := grant.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(admin.RevokeID(t.Context(), claims.ID), admin.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	f.now = f.now.Add(time.Minute)
	if _, err := f.authenticate(pair.AccessToken); !errors.Is(err, revocation.ErrRevoked) {
		t.Errorf("it is answered %v", err)
	}
	if _, err := f.authenticate(other.AccessToken); err != nil {
		t.Errorf("another token is answered %v", err)
	}
}

// SECURITY LOG-02.
func TestLOG02_PairsAndEventsShowNoToken(t *testing.T) {
	f := newFixture(t, nil)
	pair := f.issue(f.user())
	if _, err := f.Refresh(t.Context(), pair.RefreshToken+"x"); !errors.Is(err, refresh.ErrInvalidGrant) {
		t.Errorf("a token that is no token is answered %v", err)
	}
	_, _ = f.authenticate(pair.AccessToken + "x")
	text := fmt.Sprintf("%v %+v %#v %s %+v", pair, pair, pair, &pair, f.audit.Events())
	for _, secret := range []string{pair.AccessToken, pair.RefreshToken} {
		if strings.Contains(text, secret) {
			t.Errorf("a token is in %s", text)
		}
	}
	if got := f.audit.Of(audit.TokenRefused); len(got) != 2 {
		t.Errorf("two bad tokens leave %+v", got)
	}
}

func TestIDsHaveOneSpelling(t *testing.T) {
	id := uuid.New()
	if got, err := grant.ParseText[uuid.UUID](id.String()); err != nil || got != id {
		t.Errorf("an id as it is written is read as %v: %v", got, err)
	}
	for _, text := range []string{"", strings.ToUpper(id.String()), "{" + id.String() + "}", "urn:uuid:" + id.String(), strings.ReplaceAll(id.String(), "-", "")} {
		if got, err := grant.ParseText[uuid.UUID](text); err == nil && text != id.String() {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	for _, text := range []string{"", "01", "+1", "1 ", "0x1", "99999999999999999999"} {
		if got, err := grant.ParseInt64(text); err == nil {
			t.Errorf("%q is read as %d", text, got)
		}
	}
	if _, err := grant.ParseString(""); err == nil {
		t.Error("nothing is read as an id")
	}
}

package grant_test

import (
	"errors"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/grant"
	"github.com/authgen-go/authgen/runtime/token"
)

// SECURITY DUAL-05.
func TestDUAL05_NoTokenIsMadeFromTheSunsetOn(t *testing.T) {
	var sunset time.Time
	f := newFixture(t, func(c *grant.Config[int64, user, token.Claims]) {
		sunset = c.Now().Add(time.Hour)
		c.Sunset = sunset
	})
	ada := f.user()
	f.now = sunset.Add(-time.Second)
	pair, err := f.Issue(t.Context(), ada, ada.ID)
	if err != nil || f.Retired() != nil {
		t.Fatalf("a second before: %v", err)
	}
	f.now = sunset
	_, issued := f.Issue(t.Context(), ada, ada.ID)
	_, moved := f.IssueFrom(t.Context(), ada, ada.ID, sunset.Add(-time.Hour))
	_, refreshed := f.Refresh(t.Context(), pair.RefreshToken)
	for name, err := range map[string]error{"Issue": issued, "IssueFrom": moved, "Refresh": refreshed, "Retired": f.Retired()} {
		if !errors.Is(err, authn.ErrStrategyRetired) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestIssueFromIsNoMoreRecentThanWhatItComesFrom(t *testing.T) {
	for name, refreshes := range map[string]bool{"with refresh tokens": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, func(c *grant.Config[int64, user, token.Claims]) {
				if !refreshes {
					c.Refresh = nil
				}
			})
			ada := f.user()
			login := f.now.Add(-10 * time.Hour)
			pair, err := f.IssueFrom(t.Context(), ada, ada.ID, login)
			if err != nil {
				t.Fatal(err)
			}
			authenticatedAt := func(pair grant.Pair) {
				t.Helper()
				claims, err := f.VerifyToken(t.Context(), pair.AccessToken)
				if err != nil || claims.AuthTime.Unix() != login.Unix() {
					t.Errorf("auth_time is %v, %v, want %v", claims.AuthTime, err, login)
				}
			}
			authenticatedAt(pair)
			if !refreshes {
				return
			}
			if pair, err = f.Refresh(t.Context(), pair.RefreshToken); err != nil {
				t.Fatal(err)
			}
			authenticatedAt(pair)
		})
	}
}

package stores

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/e2e/internal/caller"
	"github.com/authgen-go/authgen/e2e/internal/project"
)

// SECURITY F-01.
func TestF01_AStoreThatRefusesConnections(t *testing.T) {
	onEach(t, remote, func(t *testing.T, r *rig) {
		members, ended := r.members(t, 4), r.ended(t)
		before := markOf(r.Server)
		figures := r.suffer(t, r.killed(t, 2*time.Second), members, ended)
		if figures.First503 > time.Second || figures.Slowest > time.Second {
			t.Errorf("the first 503 comes after %v and the slowest answer after %v, want a second at most", figures.First503, figures.Slowest)
		}
		if n := before.count(`"store unavailable"`); n == 0 || n > 5 {
			t.Errorf("the outage is logged %d times while %d requests met it", n, figures.Asked)
		}
	})
}

// SECURITY F-02.
func TestF02_WhoShowsNothingOnAPublicRouteNeedsNoStore(t *testing.T) {
	onEach(t, remote, func(t *testing.T, r *rig) {
		nobody := caller.New(&suite.secrets)
		defer nobody.Close()
		public := []string{"/healthz", "/.well-known/jwks.json"}
		r.withoutStore(t, func() {
			for _, path := range public {
				if a := nobody.Ask(http.MethodGet, r.URL+path); a.Status != http.StatusOK || a.Took() > 100*time.Millisecond {
					t.Errorf("%s: %s", path, a)
				}
			}
			wantUnavailable(t, "readiness", 3*time.Second, nobody.Ask(http.MethodGet, r.URL+"/readyz"))
		})
		r.asksNothing(t, func() {
			for _, path := range public {
				want(t, http.StatusOK, nobody.Ask(http.MethodGet, r.URL+path))
			}
		})
	})
}

// SECURITY F-03.
func TestF03_WhoShowsNothingIsTurnedAwayWithoutAStore(t *testing.T) {
	onEach(t, remote, func(t *testing.T, r *rig) {
		nobody := caller.New(&suite.secrets)
		defer nobody.Close()
		protected := []string{"/auth/me", "/api/me", "/api/reports", "/auth/sessions"}
		r.withoutStore(t, func() {
			for _, path := range protected {
				a := nobody.Ask(http.MethodGet, r.URL+path)
				if a.Status != http.StatusUnauthorized || a.Header.Get("WWW-Authenticate") == "" || a.Took() > 100*time.Millisecond {
					t.Errorf("%s: %s, challenge %q", path, a, a.Header.Get("WWW-Authenticate"))
				}
			}
		})
		r.asksNothing(t, func() {
			for _, path := range protected {
				want(t, http.StatusUnauthorized, nobody.Ask(http.MethodGet, r.URL+path))
			}
		})
	})
}

// SECURITY F-04. Who only verifies tokens has nobody to ask about them.
func TestF04_TokensAreGoodWithoutAStoreWhereNothingMustBeAsked(t *testing.T) {
	r := postgres.ready(t)
	m := r.members(t, 1)[0]
	kind, err := project.Verifier("../..", r.URL)
	if err != nil {
		t.Fatal(err)
	}
	p, err := suite.project(kind)
	if err != nil {
		t.Fatal(err)
	}
	addr, err := project.FreeAddr()
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := p.Serve(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	defer verifier.Stop()
	ask := func() caller.Answer { return m.Me(verifier.URL, caller.Bearer(m.Access)) }
	want(t, http.StatusOK, ask())
	r.withoutStore(t, func() {
		for range 20 {
			if a := ask(); a.Status != http.StatusOK {
				t.Errorf("while the issuer's store is away: %s", a)
			}
		}
		wantUnavailable(t, "the issuer", time.Second, m.Me(r.URL, caller.Bearer(m.Access)))
	})
}

// SECURITY F-05.
func TestF05_TokensThatMustBeAskedAboutAreNotDecidedOn(t *testing.T) {
	onEach(t, remote, func(t *testing.T, r *rig) {
		m, ended := r.members(t, 1)[0], r.ended(t)
		r.withoutStore(t, func() {
			for range 20 {
				wantUnavailable(t, "a token", time.Second, m.Me(r.URL, caller.Bearer(m.Access)))
				wantUnavailable(t, "a token that was revoked", time.Second, ended.Me(r.URL, caller.Bearer(ended.Access)))
			}
		})
		comes(t, http.StatusOK, func() caller.Answer { return m.Me(r.URL, caller.Bearer(m.Access)) })
		comes(t, http.StatusUnauthorized, func() caller.Answer { return ended.Me(r.URL, caller.Bearer(ended.Access)) })
	})
}

// SECURITY F-06.
func TestF06_NothingIsIssuedOrEndedWithoutAStore(t *testing.T) {
	onEach(t, remote, func(t *testing.T, r *rig) {
		m, stranger := r.members(t, 1)[0], caller.NewUser(&suite.secrets)
		client := r.client(t)
		calls := map[string]func() caller.Answer{
			"register":          func() caller.Answer { return stranger.Register(r.URL) },
			"log in":            func() caller.Answer { return m.LogIn(r.URL) },
			"log in for tokens": func() caller.Answer { return m.LogInForTokens(r.URL) },
			"refresh":           func() caller.Answer { return m.Renew(r.URL, m.Refresh) },
			"revoke":            func() caller.Answer { return m.Revoke(r.URL, m.Access) },
			"log out":           func() caller.Answer { return m.LogOut(r.URL, m.Session) },
			"log out everywhere": func() caller.Answer {
				return m.LogOutEverywhere(r.URL, caller.Cookie(m.Session))
			},
			"make a key": func() caller.Answer { return m.MakeKey(r.URL, "more", caller.Cookie(m.Session)) },
			"leak a key": func() caller.Answer {
				return m.Ask(http.MethodPost, r.URL+"/auth/api-keys/leaked", caller.JSON(map[string]string{"key": m.Key}))
			},
			"change a password": func() caller.Answer {
				return m.ChangePassword(r.URL, "eight red boats at noon", caller.Cookie(m.Session))
			},
			"a machine's token": func() caller.Answer { return client.token(r.URL) },
		}
		if r.backend.inRedis() {
			delete(calls, "leak a key") // which is in SQL, and needs nobody signed in
		}
		r.withoutStore(t, func() {
			for name, call := range calls {
				a := call()
				wantUnavailable(t, name, time.Second, a)
				if strings.Contains(string(a.Body), "invalid") {
					t.Errorf("%s: %s", name, a.Body)
				}
			}
		})
		// Nothing of it has happened, and none of it is forgotten.
		r.alive(t, []*caller.Member{m})
		comes(t, http.StatusCreated, func() caller.Answer { return stranger.Register(r.URL) })
		comes(t, http.StatusOK, func() caller.Answer { return client.token(r.URL) })
		comes(t, http.StatusOK, func() caller.Answer { return m.Renew(r.URL, m.Refresh) })
		comes(t, http.StatusNoContent, func() caller.Answer { return m.Revoke(r.URL, m.Access) })
		comes(t, http.StatusUnauthorized, func() caller.Answer { return m.Me(r.URL, caller.Bearer(m.Access)) })
	})
}

// SECURITY F-07.
func TestF07_TriesAreNeverUnlimited(t *testing.T) {
	onEach(t, (*backend).inRedis, func(t *testing.T, r *rig) {
		m, thief := r.members(t, 1)[0], caller.NewUser(&suite.secrets)
		thief.Email = m.Email
		r.withoutStore(t, func() {
			judged := 0
			for range 30 {
				for name, a := range map[string]caller.Answer{
					"a guess":          thief.LogIn(r.URL),
					"a right password": m.LogIn(r.URL),
					"a guessed key":    thief.Me(r.URL, caller.Key("sk_live_guessed")),
				} {
					switch a.Status {
					case http.StatusOK:
						t.Errorf("%s: %s", name, a)
					case http.StatusUnauthorized:
						judged++
					}
				}
			}
			t.Logf("30 tries of each of three kinds while counts are away: %d were judged", judged)
			if judged > 20 {
				t.Errorf("%d tries were judged while none could be counted, want what a limit allows", judged)
			}
		})
	})
}

// withoutStore does something while the store refuses connections.
func (r *rig) withoutStore(t *testing.T, do func()) {
	t.Helper()
	if r.proxy == nil {
		f := r.killed(t, 0)
		if err := f.begin(); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := f.end(); err != nil {
				t.Fatal(err)
			}
			r.untilReady(t)
		}()
		do()
		return
	}
	r.proxy.Refuse()
	defer func() {
		if err := r.proxy.Accept(); err != nil {
			t.Fatal(err)
		}
		r.untilReady(t)
	}()
	do()
}

// untilReady waits until the server finds its store.
func (r *rig) untilReady(t *testing.T) {
	t.Helper()
	nobody := caller.New(&suite.secrets)
	defer nobody.Close()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	for {
		a := nobody.Ask(http.MethodGet, r.URL+"/readyz")
		if a.Status == http.StatusOK {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("%v after the store's return: %s", soon, a)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// asksNothing fails the test if the store is asked something while do is done again and
// again.
func (r *rig) asksNothing(t *testing.T, do func()) {
	t.Helper()
	if r.proxy == nil {
		return
	}
	// When requests came is written every three seconds.
	time.Sleep(4 * time.Second)
	const times = 50
	connections, bytes := r.proxy.Passed()
	for range times {
		do()
	}
	nowConnections, nowBytes := r.proxy.Passed()
	if nowConnections != connections || nowBytes != bytes {
		t.Errorf("the store gets %d connections and %d bytes while nobody shows anything", nowConnections-connections, nowBytes-bytes)
	}
}

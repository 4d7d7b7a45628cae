package e2e

import (
	"net/url"
	"strings"
	"sync"
	"testing"
)

// SECURITY WEB-05.
func TestWEB05_ALoginLeadsToThisApplicationAlone(t *testing.T) {
	t.Parallel()
	ann := newUser(t)
	var mu sync.Mutex
	var visits []string
	ann.Visits(func(url string) {
		mu.Lock()
		defer mu.Unlock()
		visits = append(visits, url)
	})
	for _, value := range hostile() {
		ann.ForgetCookies()
		ann.lands(ann.logIn("/auth/login?return_to="+url.QueryEscape(value)), 200, "/auth/devices")
	}
	mu.Lock()
	defer mu.Unlock()
	for _, visit := range visits {
		if !strings.HasPrefix(visit, ann.server.URL+"/auth/") {
			t.Errorf("the browser went to %s", visit)
		}
	}
	if len(visits) < 2*len(hostile()) {
		t.Errorf("only %d visits were seen", len(visits))
	}
}

// The form of login carries the value on: what it was shown with is not all that
// a request may bring.
//
// SECURITY WEB-05.
func TestWEB05_AFormThatWasTamperedWithLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	ann := newUser(t)
	for i, value := range hostile() {
		if i%8 != 0 {
			continue // how values are judged is shown above; this is that they are
		}
		ann.ForgetCookies()
		ann.open("/auth/login?return_to=/private")
		ann.SetAttribute("#login", "action", "/auth/session?return_to="+url.QueryEscape(value))
		ann.lands(ann.Send("#login", map[string]string{"email": ann.email, "password": ann.password}), 200, "/auth/devices")
	}
}

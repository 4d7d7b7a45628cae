package e2e

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

// A person gets tokens through the provider, which programs of others verify, use and
// renew.
//
// SECURITY OAC-02, OAC-09, LOG-02.
func TestOAC09_ATokenPairIsGivenOnce(t *testing.T) {
	t.Parallel()
	ann, name := newVisitorOf(t, must(t, suite.tokens)), newName()
	trail := ann.follow()
	ann.meetsAcme(ann.open(acmePath))
	if answer := ann.passesAcme(name); answer.Status != http.StatusOK || answer.URL.Path != acmePath+"/callback" {
		t.Fatalf("at %s with %d", answer.URL, answer.Status)
	}
	var pair struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
		Type    string `json:"token_type"`
	}
	if err := json.Unmarshal([]byte(ann.Text("pre")), &pair); err != nil || pair.Type != "Bearer" {
		t.Fatalf("the page is %s, %v", ann.Text("pre"), err)
	}
	suite.secrets.Add("access token", pair.Access)
	suite.secrets.AddRefreshToken(pair.Refresh)
	ann.hides(trail)

	me := ann.bearer(pair.Access)
	if me.Email != addressOf(name) {
		t.Errorf("the token is of %+v", me)
	}
	got := run[verified](t, "verify.mjs", map[string]string{
		"issuer": ann.server.URL, "keys": ann.server.URL + "/.well-known/jwks.json", "token": pair.Access,
	})
	if got.Header.Type != "at+jwt" || got.Claims.Subject != me.ID || got.Claims.Scope != reportsRead {
		t.Errorf("the token says %+v", got)
	}

	// x/oauth2 renews it, as that of an application without a secret.
	config := oauth2.Config{Endpoint: oauth2.Endpoint{TokenURL: ann.server.URL + "/oauth/token", AuthStyle: oauth2.AuthStyleInParams}}
	next, err := config.TokenSource(t.Context(), &oauth2.Token{RefreshToken: pair.Refresh, Expiry: time.Unix(1, 0)}).Token()
	if err != nil {
		t.Fatal(err)
	}
	if next.RefreshToken == pair.Refresh || ann.bearer(next.AccessToken).ID != me.ID {
		t.Error("the renewed token is another's, or the same")
	}

	// The callback is in the history: asked for once more, it gives nothing.
	if answer := ann.Open(trail.callback(ann).String()); answer.Status != http.StatusBadRequest {
		t.Errorf("once more it answers %d", answer.Status)
	}
	var problem struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal([]byte(ann.Text("pre")), &problem); err != nil || problem.Type != "urn:authgen:invalid-request" {
		t.Errorf("once more the page is %s, %v", ann.Text("pre"), err)
	}
}

// A person is who the server says that somebody is.
type person struct {
	ID    string `json:"id"`
	Email string `json:"email"`
}

// bearer is who a token is of.
func (v *visitor) bearer(token string) person {
	v.t.Helper()
	client := oauth2.NewClient(v.t.Context(), oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token}))
	answer, err := client.Get(v.server.URL + "/auth/me")
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	var who person
	if err := json.NewDecoder(answer.Body).Decode(&who); err != nil || answer.StatusCode != http.StatusOK {
		v.t.Fatalf("me: %d, %v", answer.StatusCode, err)
	}
	return who
}

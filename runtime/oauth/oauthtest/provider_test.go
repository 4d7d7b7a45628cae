package oauthtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/authgen-go/authgen/runtime/oauth/oauthtest"
)

const callback = "https://app.example/callback"

func ask(p *oauthtest.Provider, change map[string]string) (location, verifier string) {
	verifier = oauth2.GenerateVerifier()
	q := url.Values{
		"client_id": {p.ClientID}, "redirect_uri": {callback}, "response_type": {"code"}, "state": {"s"}, "scope": {"openid"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"},
	}
	for name, value := range change {
		q.Set(name, value)
	}
	return p.URL() + oauthtest.PathAuthorize + "?" + q.Encode(), verifier
}

// The provider is strict, or a test of an application with it would prove nothing.
func TestAuthorizeIsStrict(t *testing.T) {
	p := oauthtest.New(t)
	for name, value := range map[string]string{
		"client_id": "another", "redirect_uri": "", "response_type": "token", "state": "", "code_challenge": "short", "code_challenge_method": "plain",
	} {
		location, _ := ask(p, map[string]string{name: value})
		response, err := p.Client().Get(location)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusBadRequest {
			t.Errorf("%s=%q is answered %d", name, value, response.StatusCode)
		}
	}
}

func TestCodesAreGoodOnce(t *testing.T) {
	p := oauthtest.New(t)
	redeem := func(change map[string]string) (string, int) {
		location, verifier := ask(p, nil)
		form := url.Values{
			"grant_type": {"authorization_code"}, "code": {p.Browse(t, location).URL.Query().Get("code")}, "redirect_uri": {callback},
			"code_verifier": {verifier}, "client_id": {p.ClientID}, "client_secret": {p.ClientSecret},
		}
		for name, value := range change {
			form.Set(name, value)
		}
		return form.Encode(), post(t, p, form.Encode())
	}
	body, status := redeem(nil)
	if status != http.StatusOK {
		t.Fatalf("a good code is answered %d", status)
	}
	if status := post(t, p, body); status != http.StatusBadRequest {
		t.Errorf("a used code is answered %d", status)
	}
	for name, value := range map[string]string{
		"grant_type": "password", "code": "made-up", "redirect_uri": "https://evil.example", "code_verifier": strings.Repeat("A", 43),
	} {
		if _, status := redeem(map[string]string{name: value}); status != http.StatusBadRequest {
			t.Errorf("%s=%q is answered %d", name, value, status)
		}
	}
	for name, value := range map[string]string{"client_id": "another", "client_secret": "another"} {
		if _, status := redeem(map[string]string{name: value}); status != http.StatusUnauthorized {
			t.Errorf("%s=%q is answered %d", name, value, status)
		}
	}
	if n := p.Calls(oauthtest.PathToken); n != 8 {
		t.Errorf("%d calls, want 8", n)
	}
}

func post(t *testing.T, p *oauthtest.Provider, body string) int {
	t.Helper()
	response, err := p.Client().Post(p.URL()+oauthtest.PathToken, "application/x-www-form-urlencoded", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || !json.Valid(answer) {
		t.Errorf("the answer is no JSON: %q %v", answer, err)
	}
	return response.StatusCode
}

// Userinfo is for who has an access token.
func TestUserInfoWantsAToken(t *testing.T) {
	p := oauthtest.New(t)
	for _, path := range []string{oauthtest.PathUserInfo, oauthtest.PathGitHubUser, oauthtest.PathGitHubEmails} {
		response, err := p.Client().Get(p.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s is answered %d", path, response.StatusCode)
		}
	}
}

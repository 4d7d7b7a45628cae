package secrettest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/secret/secrettest"
)

const password = `blue "ink" & a pot/of+Lüfte, 7`

// long is a secret of many pieces.
var long = strings.Repeat("x", 5) + hex.EncodeToString([]byte("it is what it is and nothing else is")) + "!"

func quoted(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// SECURITY LOG-02.
func TestLOG02_ALeakIsFoundInAnyWriting(t *testing.T) {
	for _, secret := range []string{password, long, "8 bytes."} {
		var s secrettest.Secrets
		s.Add("password", secret)
		for name, text := range map[string]string{
			"plain":          "login with " + secret + " failed",
			"alone":          secret,
			"quoted":         quoted("login with " + secret),
			"quoted twice":   quoted(quoted("login with " + secret)),
			"%q":             fmt.Sprintf("%q", secret),
			"%+q":            fmt.Sprintf("%+q", secret),
			"form":           "a=b&password=" + url.QueryEscape(secret) + "&c=d",
			"path":           "/auth/" + url.PathEscape(secret) + "/x",
			"quoted form":    quoted("password=" + url.QueryEscape(secret)),
			"hex":            "0x" + hex.EncodeToString([]byte(secret)),
			"hex, odd":       "a" + hex.EncodeToString([]byte(secret)),
			"HEX":            strings.ToUpper(hex.EncodeToString([]byte(secret))),
			"base64":         base64.StdEncoding.EncodeToString([]byte(secret)),
			"base64url":      "token-" + base64.RawURLEncoding.EncodeToString([]byte(secret)),
			"basic":          base64.StdEncoding.EncodeToString([]byte("client:" + secret)),
			"within base64":  base64.URLEncoding.EncodeToString([]byte("a" + secret + " and more")),
			"bytes":          fmt.Sprint([]byte(secret)),
			"bytes, in Go":   fmt.Sprintf("%d", []byte("the secret "+secret)),
			"bytes, in JSON": strings.ReplaceAll(fmt.Sprint([]byte(secret)), " ", ","),
		} {
			if got := s.In(text); !slices.Equal(got, []string{"password"}) {
				t.Errorf("%s: found %q in %s", name, got, text)
			}
		}
	}
}

// SECURITY LOG-02.
func TestLOG02_WhatIsCutIsALeakToo(t *testing.T) {
	var s secrettest.Secrets
	s.Add("token", long)
	const row = 31 // of a secret, which gives away any longer one
	for i := range len(long) - row + 1 {
		if got := s.In("cut: " + long[i:i+row] + "…"); len(got) == 0 {
			t.Errorf("bytes %d to %d are not found", i, i+row)
		}
	}
	for _, text := range []string{"", long[:15], long[len(long)-15:], hex.EncodeToString([]byte(long[:7])), "token"} {
		if got := s.In(text); len(got) != 0 {
			t.Errorf("found %q in %q", got, text)
		}
	}
}

// SECURITY LOG-02: what names the login of a refresh token is in events, and the token is not.
func TestLOG02_ARefreshTokenIsKnownByItsLogin(t *testing.T) {
	login, mac := strings.Repeat("abcdefgh", 4), strings.Repeat("MAC", 14)+"."
	var s secrettest.Secrets
	s.Add("cookie", login+mac) // where it does not belong
	s.AddRefreshToken(login + mac)
	s.AddRefreshToken("made up")
	if got := s.In(login[:22]); len(got) != 0 {
		t.Errorf("found %q", got)
	}
	if got := s.In(mac); len(got) == 0 {
		t.Error("it is not found")
	}
}

func TestOnlySecretsThatNothingIsByAccidentAreNoted(t *testing.T) {
	var s secrettest.Secrets
	if got := s.In("anything"); len(got) != 0 {
		t.Errorf("found %q where nothing was noted", got)
	}
	s.Add("password", "", "short", "sevens.")
	if s.Len() != 0 {
		t.Errorf("%d are noted", s.Len())
	}
}

// SECURITY LOG-02.
func TestLOG02_WhatPassesIsNoted(t *testing.T) {
	var s secrettest.Secrets
	h := s.Watch(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.ContentLength >= 0 && int64(len(body)) != r.ContentLength {
			t.Errorf("read %d bytes of %d: %v", len(body), r.ContentLength, err)
		}
		w.Header().Set("Set-Cookie", "session=answer-cookie; Path=/")
		w.Header().Set("Location", "https://idp.example/authorize?state=answer-state&nonce=answer-nonce&client_id=public-client#access_token=answer-fragment")
		w.Header().Set("Content-Type", "application/problem+json")
		fmt.Fprint(w, `{"list":[{"key":"answer-key","name":"public-name"}],"client_secret":"answer-secret","code":"public-code"}`)
	}), "X-Api-Key")

	ask := func(kind, body string) {
		r := httptest.NewRequest("POST", "/?code=asked-code&state=asked-state&scope=public-scope", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Cookie", `a=asked-cookie-1; b="asked-cookie-2"`)
		r.Header.Set("X-Api-Key", "asked-key")
		r.SetBasicAuth("public-user", "asked-basic")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	ask("application/json", `{"password":"asked-password","name":"public-text","deep":{"refresh_token":"asked-refresh"}}`)
	ask("application/x-www-form-urlencoded", "code_verifier=asked-verifier&new_password=asked+new&return_to=public-place")
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer asked-bearer")
	h.ServeHTTP(httptest.NewRecorder(), r)

	for _, secret := range []string{
		"asked-code", "asked-state", "asked-cookie-1", "asked-cookie-2", "asked-key", "asked-basic", "asked-password", "asked-refresh", "asked-verifier",
		"asked new", "asked-bearer", "answer-cookie", "answer-state", "answer-nonce", "answer-fragment", "answer-key", "answer-secret",
	} {
		if len(s.In(secret)) == 0 {
			t.Errorf("%s is not noted", secret)
		}
	}
	for _, public := range []string{"public-scope", "public-user", "public-text", "public-place", "public-client", "public-name", "public-code"} {
		if got := s.In(public); len(got) != 0 {
			t.Errorf("%s is noted: %q", public, got)
		}
	}
}

// SECURITY LOG-02: a leak of each kind, as a careless handler would write it, fails the test,
// and says what it is without saying it again.
func TestLOG02_ALeakFailsTheTestAndIsNotRepeated(t *testing.T) {
	var s secrettest.Secrets
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h := s.Watch(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		logger.Debug("a careless handler", "header", r.Header)
	}))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer a-token-that-leaks-all-the-way")
	h.ServeHTTP(httptest.NewRecorder(), r)

	failed := &failures{TB: t}
	s.Check(failed, "the log", log.String())
	if want := []string{"the log holds a secret: credential of Authorization"}; !slices.Equal(failed.said, want) {
		t.Errorf("the test fails with %q, want %q", failed.said, want)
	}
}

// failures keeps what a test fails with.
type failures struct {
	testing.TB
	said []string
}

func (f *failures) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}

package spec

import (
	"go/token"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	tests := []struct {
		text string
		want time.Duration
	}{
		{"15m", 15 * time.Minute},
		{"1h30m", 90 * time.Minute},
		{"90d", 90 * 24 * time.Hour},
		{"1d12h", 36 * time.Hour},
		{"2w", 14 * 24 * time.Hour},
		{"1w1d1h1m1s", 8*24*time.Hour + time.Hour + time.Minute + time.Second},
		{"1.5d", 36 * time.Hour},
		{"0.5h", 30 * time.Minute},
		{"60000ms", time.Minute},
		{"0s", 0},
		{"15250w", 15250 * 7 * 24 * time.Hour},
	}
	for _, tt := range tests {
		if got, ok := parseDuration(tt.text); !ok || got != tt.want {
			t.Errorf("%s is %v, %v; want %v", tt.text, got, ok, tt.want)
		}
	}

	for _, text := range []string{"15251w", "106752d", "999999999w", "2562047h2562047h", "15000w15000w"} {
		if got, ok := parseDuration(text); ok {
			t.Errorf("%s is %v, want an overflow", text, got)
		}
	}
}

func TestFormatDuration(t *testing.T) {
	tests := map[time.Duration]string{
		time.Second:                   "1s",
		90 * time.Second:              "1m30s",
		10 * time.Minute:              "10m",
		time.Hour:                     "1h",
		90 * time.Minute:              "1h30m",
		time.Hour + 5*time.Second:     "1h0m5s",
		24 * time.Hour:                "1d",
		36 * time.Hour:                "36h",
		400 * 24 * time.Hour:          "400d",
		20*time.Hour + 10*time.Minute: "20h10m",
	}
	for d, want := range tests {
		got := formatDuration(d)
		if got != want {
			t.Errorf("%v is written %s, want %s", d, got, want)
		}
		if back, ok := parseDuration(got); !ok || back != d {
			t.Errorf("%s reads %v, want %v", got, back, d)
		}
	}
}

func TestRateString(t *testing.T) {
	if got := (Rate{5, time.Minute}).String(); got != "5/1m" {
		t.Errorf("got %s", got)
	}
}

func TestGoName(t *testing.T) {
	tests := map[string]string{
		"reports:read":   "ReportsRead",
		"member":         "Member",
		"team-lead":      "TeamLead",
		"api-keys":       "APIKeys",
		"keys.api":       "KeysAPI",
		"user_id":        "UserID",
		"user-ids":       "UserIds",
		"http:url":       "HTTPURL",
		"2fa":            "2fa",
		"a::b":           "AB",
		"billing.v2.get": "BillingV2Get",
	}
	for name, want := range tests {
		got := GoName(name)
		if got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
		if !token.IsIdentifier("Scope" + got) {
			t.Errorf("Scope%s is not a Go identifier", got)
		}
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"cookie", "ttl", "idle_timeout", "recent", "storage"}
	tests := map[string]string{
		"tll": "ttl", "tttl": "ttl", "TTL": "ttl", "idleTimeout": "idle_timeout", "idle-timeout": "idle_timeout",
		"coookie": "cookie", "cokie": "cookie", "stroage": "storage", "remember": "", "x": "", "": "", "timeout": "",
	}
	for typed, want := range tests {
		if got, _ := nearest(typed, keys); got != want {
			t.Errorf("%q suggests %q, want %q", typed, got, want)
		}
	}
}

func TestValidHost(t *testing.T) {
	for _, host := range []string{"localhost", "example.com", "a-b.example", "xn--bcher-kva.example", "127.0.0.1", "::1", "2001:db8::1", "1.example", "3com"} {
		if !validHost(host) {
			t.Errorf("%s is refused", host)
		}
	}
	for _, host := range []string{
		"", ".", "a..b", "a.", ".a", "-a.example", "a-.example", "a_b.example", "1.2.3", "127.1", "0x7f000001", "a.0x1", "2130706433",
		"256.1.1.1", "01.2.3.4", "2001:DB8::1", "0:0::1", "::ffff:10.0.0.1", "fe80::1%eth0", "bücher.example", "a b", "a\nb", "*.example.com",
	} {
		if validHost(host) {
			t.Errorf("%s is accepted", host)
		}
	}
}

// TestReservedWords holds that the list, which is one text, is not torn.
func TestReservedWords(t *testing.T) {
	for _, word := range []string{"abort", "user", "order", "group", "table", "select", "zerofill", "current_user", "row_number"} {
		if !isSQLWord(word) {
			t.Errorf("%s is not reserved", word)
		}
	}
	for _, word := range []string{"users", "accounts", "people", "members", "ser", "us", ""} {
		if isSQLWord(word) {
			t.Errorf("%s is reserved", word)
		}
	}
}

// TestFolders holds the rules of folder names one by one.
func TestFolders(t *testing.T) {
	form := folderForm()
	for _, dir := range []string{"auth", "internal/auth", "a/b-c/d.e/f_1", "Pkg/auth", "internal/internal/auth", "auth2", "db/migrations", "migrations"} {
		if !form.accepts(dir) {
			t.Errorf("%s is refused", dir)
		}
	}
	for _, dir := range []string{
		"", ".", "..", "/", "/a", "a/", "./a", "a/..", "../a", "a/../b", "a//b", "a/./b", `a\b`, "C:/a", "~/a", "a b", "a/b c", "a/ü",
		"Auth", "a/B", "1a", "a-b", "a.b", "_a", ".a", "a/_b", "a/.b", ".git/a", "_x/a", "vendor/a", "a/vendor/b", "testdata", "a/testdata/b",
		"a./b", "con/a", "NUL/a", "aux.x/a", "com1", "main", "init", "internal", "go/func", "type", "range", "string", "any", "nil", "error", "new", "len",
		"auth_test", "authtest", "http", "sql", "context", "time", "errors", "slog", "url", "json", "fs", "testing", "authn", "account", "session",
		"password", "audit", "secret", "env", "ratelimit", "uuid", "goose", "embed", "memory", "sqlite", "a\nb", "a`b", `a"b`, "a*/b", "a\x00",
	} {
		if form.accepts(dir) {
			t.Errorf("%q is accepted", dir)
		}
	}
}

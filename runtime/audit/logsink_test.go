package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
)

var moment = time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC)

// jsonLines writes events and returns the records, which must be one a line.
func jsonLines(t testing.TB, events ...audit.Event) []map[string]string {
	t.Helper()
	var out bytes.Buffer
	if err := audit.NewLogSink(slog.New(slog.NewJSONHandler(&out, nil))).Write(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(out.String(), "\n") {
		t.Fatalf("no line end in %q", out.String())
	}
	var records []map[string]string
	for line := range strings.SplitSeq(strings.TrimSuffix(out.String(), "\n"), "\n") {
		if !utf8.ValidString(line) {
			t.Fatalf("not UTF-8: %q", line)
		}
		var r map[string]string // flat: a nested value does not decode into a string
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		records = append(records, r)
	}
	return records
}

func textLines(t testing.TB, events ...audit.Event) []string {
	t.Helper()
	var out bytes.Buffer
	if err := audit.NewLogSink(slog.New(slog.NewTextHandler(&out, nil))).Write(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

// SECURITY LOG-01.
func TestLOG01_LogSinkWritesFlatRecords(t *testing.T) {
	got := jsonLines(t,
		audit.Event{Time: moment, Type: audit.Login, Outcome: audit.Denied, Reason: "wrong-password", Actor: "u1", Target: "u2",
			Strategy: "session", Request: audit.Request{ID: "r1", Addr: netip.MustParseAddr("2001:db8::1")}},
		audit.Event{Time: moment, Type: audit.UserRegistered, Outcome: audit.Success, Actor: "u1"},
		audit.Event{Time: moment, Type: audit.PasswordUpgraded, Outcome: audit.Failed},
	)
	want := []map[string]string{
		{"time": "2026-03-04T05:06:07.000008Z", "level": "WARN", "msg": "audit", "event": "login", "outcome": "denied", "reason": "wrong-password",
			"actor": "u1", "target": "u2", "strategy": "session", "client_addr": "2001:db8::1", "request_id": "r1"},
		{"time": "2026-03-04T05:06:07.000008Z", "level": "INFO", "msg": "audit", "event": "user.registered", "outcome": "success", "actor": "u1"},
		{"time": "2026-03-04T05:06:07.000008Z", "level": "WARN", "msg": "audit", "event": "password.upgraded", "outcome": "failed"},
	}
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if !bytes.Equal(g, w) {
		t.Fatalf("got  %s\nwant %s", g, w)
	}
}

// hostile returns what people put where a name belongs, in every field.
func hostile(s string) audit.Event {
	return audit.Event{Time: moment, Type: audit.Type(s), Outcome: audit.Outcome(s), Reason: s, Actor: s, Target: s, Strategy: s,
		Request: audit.Request{ID: s, Addr: netip.IPv6Unspecified().WithZone(s)}}
}

// SECURITY LOG-03.
func TestLOG03_OneEventIsOneRecord(t *testing.T) {
	forged := `{"time":"2026-01-01T00:00:00Z","level":"INFO","msg":"audit","event":"login","outcome":"success","actor":"admin"}`
	names := []string{
		"a\nb", "a\rb", "a\r\nb", "a\x00b", "\x1b[2J\x1b[1;1Hclean", "a\u2028b", "a\u2029b", "a\u0085b", "a\vb\fc", "\b\b\b\bgone",
		"x\n" + forged, "x\r\n" + forged + "\r\n", `x","outcome":"success","y":"`, `x" outcome=success actor=admin`, "x outcome=success",
		`\n`, `\u000a`, `%0d%0a`, `\`, `"`, `'`, `=`, "\\\"\n", "\xff\xfe", "\xc0\xaf", "\xed\xa0\x80", "\xf0\x9f", "\xf4\x90\x80\x80",
		"\ufeffbom", "\u202egnp.exe", "\u200b\u200d\u2066", "\uFFFE", "\uFFFF", "e\u0301\u0301\u0301", "🏳️‍🌈", "名前", "!LOGVALUE", "%s%n%d%!",
		"${jndi:ldap://x}", "<script>alert(1)</script>", "'; DROP TABLE users; --", "../../etc/passwd", "{{7*7}}", "null", "true", "-1", " ", "",
		strings.Repeat("a", 10<<10), strings.Repeat("\n", 10<<10), strings.Repeat("\xff", 10<<10), strings.Repeat("名", 10<<10), strings.Repeat(`"`, 10<<10),
	}
	names = append(names, audittest.Naughty(t)...)
	for r := rune(0); r < 0x3000; r++ {
		names = append(names, "a"+string(r)+"b")
	}
	for b := range 256 {
		names = append(names, string([]byte{byte(b)}), string([]byte{'a', byte(b), '\n'}))
	}
	events := make([]audit.Event, len(names))
	for i, s := range names {
		events[i] = hostile(s)
	}
	if got := jsonLines(t, events...); len(got) != len(names) {
		t.Errorf("JSON: %d records of %d events", len(got), len(names))
	} else {
		for i, r := range got {
			checkRecord(t, names[i], r)
		}
	}
	lines := textLines(t, events...)
	if len(lines) != len(names) {
		t.Fatalf("text: %d lines of %d events", len(lines), len(names))
	}
	for i, line := range lines {
		checkLine(t, names[i], line)
	}
}

func checkRecord(t testing.TB, name string, r map[string]string) {
	t.Helper()
	if r["msg"] != "audit" || r["client_addr"] != "::" || r["time"] == "" {
		t.Errorf("%q changed another field: %q", name, r)
	}
	for key, value := range r {
		if len(value) > audit.MaxField {
			t.Errorf("%q: %s has %d bytes", name, key, len(value))
		}
	}
	if want := 12; name != "" && len(r) != want-1 {
		t.Errorf("%q: %d attributes, want %d: %q", name, len(r), want-1, r)
	}
}

func checkLine(t testing.TB, name, line string) {
	t.Helper()
	if !strings.HasPrefix(line, "time=2026-03-04T05:06:07.000Z level=WARN msg=audit ") {
		t.Errorf("%q: line begins %.80q", name, line)
	}
	if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }) {
		t.Errorf("%q: control characters in %q", name, line)
	}
}

// SECURITY LOG-03.
func FuzzLOG03_OneEventIsOneRecord(f *testing.F) {
	for _, s := range []string{"", "a\nb", "\x1b[0m", "\u2028", "\x00", "\xff", strings.Repeat("é", 200), `"} {"msg":"audit`} {
		f.Add(s, "strategy", s)
	}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		e := hostile(a)
		e.Strategy, e.Target, e.Request.ID = b, c, c
		records := jsonLines(t, e)
		if len(records) != 1 || records[0]["msg"] != "audit" || records[0]["client_addr"] != "::" {
			t.Fatalf("records: %q", records)
		}
		for key, value := range records[0] {
			if len(value) > audit.MaxField {
				t.Fatalf("%s has %d bytes", key, len(value))
			}
		}
		lines := textLines(t, e)
		if len(lines) != 1 {
			t.Fatalf("lines: %q", lines)
		}
		checkLine(t, a, lines[0])
	})
}

// SECURITY LOG-04.
func TestLOG04_LoggerThatDiscardsALevelIsALoss(t *testing.T) {
	var out bytes.Buffer
	sink := audit.NewLogSink(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelWarn})))
	err := sink.Write(t.Context(), []audit.Event{
		{Type: audit.Login, Outcome: audit.Success}, {Type: audit.Login, Outcome: audit.Denied}, {Type: audit.Login, Outcome: audit.Success},
	})
	lost, ok := errors.AsType[*audit.LossError](err)
	if !ok || lost.Lost != 2 || !strings.Contains(err.Error(), "INFO") {
		t.Fatalf("err = %v, want two lost for the level INFO", err)
	}
	if strings.Count(out.String(), "\n") != 1 {
		t.Fatalf("log: %q", out.String())
	}
}

func TestLogSinkReportsAHandlerThatFails(t *testing.T) {
	full := errors.New("no space left on device")
	err := audit.NewLogSink(slog.New(failingHandler{full})).Write(t.Context(), make([]audit.Event, 3))
	if lost, ok := errors.AsType[*audit.LossError](err); !ok || lost.Lost != 3 || !errors.Is(err, full) {
		t.Fatalf("err = %v", err)
	}
}

type failingHandler struct{ err error }

func (h failingHandler) Enabled(context.Context, slog.Level) bool  { return true }
func (h failingHandler) Handle(context.Context, slog.Record) error { return h.err }
func (h failingHandler) WithAttrs([]slog.Attr) slog.Handler        { return h }
func (h failingHandler) WithGroup(string) slog.Handler             { return h }

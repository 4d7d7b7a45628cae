package audittest_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
)

func TestRecorderKeepsEventsUncut(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	r := &audittest.Recorder{Now: func() time.Time { return now }}
	request := audit.Request{ID: "r1", Addr: netip.MustParseAddr("192.0.2.1")}
	secret := strings.Repeat("canary\n", 100)
	r.Record(audit.WithRequest(t.Context(), request), audit.Event{Type: audit.Login, Actor: secret})
	r.Record(t.Context(), audit.Event{Type: audit.SessionEnded})

	login := audit.Event{Time: now.UTC(), Type: audit.Login, Actor: secret, Request: request}
	ended := audit.Event{Time: now.UTC(), Type: audit.SessionEnded}
	if got := r.Events(); !slices.Equal(got, []audit.Event{login, ended}) {
		t.Fatalf("Events = %+v", got)
	}
	if got := r.Of(audit.SessionEnded); !slices.Equal(got, []audit.Event{ended}) {
		t.Fatalf("Of = %+v", got)
	}
	r.Events()[0].Actor = "changed"
	if r.Events()[0].Actor != secret {
		t.Fatal("Events shares its slice")
	}
	r.Reset()
	if got := r.Events(); len(got) != 0 {
		t.Fatalf("after Reset: %+v", got)
	}
}

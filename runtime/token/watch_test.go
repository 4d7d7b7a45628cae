package token_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/token"
)

// manual is an interval at which no test reloads by itself.
const manual = 1000 * time.Hour

// A supply is a provider that does what a test says.
type supply struct {
	mu    sync.Mutex
	set   *token.KeySet
	err   error
	asked int
}

func (s *supply) gives(set *token.KeySet, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set, s.err = set, err
}

func (s *supply) Keys(time.Time) (*token.KeySet, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.err != nil && s.err.Error() == "panic" {
		panic("provider")
	}
	return s.set, s.err
}

func watching(t *testing.T, p token.Provider, cfg token.WatchConfig) *token.Watcher {
	t.Helper()
	w := must(token.Watch(p, cfg))(t)
	t.Cleanup(w.Close)
	return w
}

func TestWatchReturnsTheErrorOfTheFirstTime(t *testing.T) {
	broken := errors.New("broken")
	verifying := must(token.NewKeySet(nil, newKey(t, token.EdDSA)))(t)
	good := must(token.NewKeySet(newKey(t, token.EdDSA)))(t)
	if _, err := token.Watch(&supply{err: broken}, token.WatchConfig{}); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	for what, p := range map[string]token.Provider{
		"no provider": nil, "no set": &supply{}, "nothing that signs": &supply{set: verifying}, "panic": &supply{err: errors.New("panic")},
		"an empty folder": newKeyFolder(t).Folder,
	} {
		if w, err := token.Watch(p, token.WatchConfig{Interval: manual}); err == nil || w != nil {
			t.Errorf("%s: accepted", what)
		}
	}
	if w, err := token.Watch(&supply{set: good}, token.WatchConfig{Interval: -1}); err == nil || w != nil {
		t.Error("a negative interval: accepted")
	}
}

func TestAWatcherReloadsUntilItIsClosed(t *testing.T) {
	one, two := must(token.NewKeySet(newKey(t, token.EdDSA)))(t), must(token.NewKeySet(newKey(t, token.ES256)))(t)
	synctest.Test(t, func(t *testing.T) {
		p := &supply{set: one}
		w := must(token.Watch(p, token.WatchConfig{}))(t)
		p.gives(two, nil)
		time.Sleep(token.DefaultInterval - 1)
		synctest.Wait()
		if w.Ring().Set().Signing() != one.Signing() {
			t.Error("reloaded too early")
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if w.Ring().Set().Signing() != two.Signing() {
			t.Error("not reloaded")
		}
		w.Close()
		w.Close()
		p.gives(one, nil)
		asked := p.asked
		time.Sleep(time.Hour)
		synctest.Wait()
		if p.asked != asked {
			t.Error("reloaded after Close")
		}
		if err := w.Reload(); err == nil || w.Ring().Set().Signing() != two.Signing() {
			t.Errorf("a closed watcher changed the keys: %v", err)
		}
	})
}

// What a provider that hung gives after Close is too late.
func TestCloseDoesNotWaitForAProvider(t *testing.T) {
	one, two := must(token.NewKeySet(newKey(t, token.EdDSA)))(t), must(token.NewKeySet(newKey(t, token.ES256)))(t)
	p := &supply{set: one}
	w := watching(t, p, token.WatchConfig{Interval: manual})
	p.set = two
	p.mu.Lock()
	done := make(chan error)
	go func() { done <- w.Reload() }()
	w.Close()
	p.mu.Unlock()
	if err := <-done; err == nil || w.Ring().Set() != one {
		t.Errorf("%v", err)
	}
}

func TestAReloadThatFailsKeepsTheKeysAndIsToldOnce(t *testing.T) {
	var log bytes.Buffer
	f := newKeyFolder(t)
	kid := f.signs(start, token.EdDSA)
	now := start
	w := watching(t, f.Folder, token.WatchConfig{
		Interval: manual, Logger: slog.New(slog.NewTextHandler(&log, nil)), Now: func() time.Time { return now },
	})
	before := w.Ring().Set()

	s := fresh(t, token.EdDSA)
	text := privatePEM(t, s)
	f.write("torn.pem", text[:len(text)/2])
	for range 3 {
		if err := w.Reload(); err == nil || !strings.Contains(err.Error(), "torn.pem") {
			t.Fatalf("%v", err)
		}
		if w.Ring().Set() != before || before.Signing().ID() != kid {
			t.Fatal("the keys have changed")
		}
	}
	if err := os.Remove(filepath.Join(f.Dir, "torn.pem")); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := w.Reload(); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "level=ERROR") || !strings.Contains(lines[0], "torn.pem") || !strings.Contains(lines[1], "level=INFO") {
		t.Errorf("the log:\n%s", log.String())
	}
	// SECURITY KEY-09.
	for _, canary := range append(secretsOf(s), string(text[40:60])) {
		if strings.Contains(log.String(), canary) {
			t.Errorf("the log quotes the key: %s", log.String())
		}
	}
	if err := os.RemoveAll(f.Dir); err != nil {
		t.Fatal(err)
	}
	if err := w.Reload(); err == nil || w.Ring().Set() != before {
		t.Error("the folder is gone, and so are the keys")
	}
}

func TestAChangeOfTheSigningKeyIsRecorded(t *testing.T) {
	var record audittest.Recorder
	f := newKeyFolder(t)
	f.signs(start, token.EdDSA)
	two := f.signs(start.Add(time.Hour), token.EdDSA)
	now := start
	w := watching(t, f.Folder, token.WatchConfig{Interval: manual, Audit: &record, Now: func() time.Time { return now }})
	for range 2 {
		f.next(now) // a change, but not of the key that signs
		if err := w.Reload(); err != nil {
			t.Fatal(err)
		}
	}
	if got := record.Events(); len(got) != 0 {
		t.Fatalf("nothing has changed, and yet %v", got)
	}
	now = start.Add(time.Hour)
	for range 2 {
		if err := w.Reload(); err != nil {
			t.Fatal(err)
		}
	}
	got := record.Events()
	if len(got) != 1 {
		t.Fatalf("%d events", len(got))
	}
	if e := got[0]; e.Type != audit.SigningKeyChanged || e.Outcome != audit.Success || e.Target != two || e.Strategy != "jwt" || !e.Time.Equal(now) || e.Actor != "" {
		t.Errorf("%+v", e)
	}
}

// Verifiers keep tokens by the key that verified them.
func TestUnchangedKeysAreTheSameAfterAReload(t *testing.T) {
	f := newKeyFolder(t)
	kid := f.signs(start, token.EdDSA)
	now := start
	w := watching(t, f.Folder, token.WatchConfig{Interval: manual, Now: func() time.Time { return now }})
	set := w.Ring().Set()
	if err := w.Reload(); err != nil || w.Ring().Set() != set {
		t.Errorf("an equal set was put in force: %v", err)
	}

	next := f.next(start)
	if err := w.Reload(); err != nil || w.Ring().Set() == set || w.Ring().Set().Find(next.ID()) == nil {
		t.Errorf("a new key was not: %v", err)
	}
	if after := w.Ring().Set(); after.Signing() != set.Signing() || after.Find(kid) != set.Signing() {
		t.Error("an unchanged key was read again")
	}

	public := must(token.NewPublic(set.Signing().Public()))(t)
	p := &supply{set: set}
	other := watching(t, p, token.WatchConfig{Interval: manual})
	p.gives(must(token.NewKeySet(newKey(t, token.ES256), public))(t), nil)
	if err := other.Reload(); err != nil || other.Ring().Set().Find(kid) != public {
		t.Errorf("a key that signs no more goes on signing: %v", err)
	}
	impostor := token.SetID(newKey(t, token.EdDSA), kid)
	p.gives(must(token.NewKeySet(newKey(t, token.ES256), impostor))(t), nil)
	if err := other.Reload(); err != nil || other.Ring().Set().Find(kid) != impostor {
		t.Errorf("another key of the same name was not put in force: %v", err)
	}
}

// SECURITY KEY-04.
func TestKEY04_AKeyThatTheOperatorRemovesStopsVerifying(t *testing.T) {
	f := newKeyFolder(t)
	one := f.signs(start.Add(-time.Minute), token.EdDSA)
	now := start
	w := watching(t, f.Folder, token.WatchConfig{Interval: manual, Now: func() time.Time { return now }})
	b := newBench(t, token.EdDSA, func(c *token.Config[AppClaims]) { c.Keys = w.Ring() })
	issuer := newIssuer(b, w.Ring(), func() time.Time { return now })
	stolen, _, err := issuer.Issue(AppClaims{Claims: token.Claims{Subject: "eve"}})
	if err != nil {
		t.Fatal(err)
	}
	b.accepts("before", stolen)
	b.accepts("kept", stolen)

	f.signs(start, token.EdDSA)
	if err := w.Reload(); err != nil {
		t.Fatal(err)
	}
	b.accepts("replaced", stolen)
	f.remove(one)
	if err := w.Reload(); err != nil {
		t.Fatal(err)
	}
	b.refuses("removed", stolen, token.ErrInvalidToken)
	good, _, err := issuer.Issue(AppClaims{Claims: token.Claims{Subject: "ada"}})
	if err != nil {
		t.Fatal(err)
	}
	b.accepts("of the other key", good)
}

// remove removes the file of a key.
func (f keyFolder) remove(kid string) {
	f.Helper()
	names, err := filepath.Glob(filepath.Join(f.Dir, "*"+kid+".pem"))
	if err != nil || len(names) != 1 {
		f.Fatalf("%v, %v", names, err)
	}
	if err := os.Remove(names[0]); err != nil {
		f.Fatal(err)
	}
}

func newIssuer(b *bench, ring *token.Ring, now func() time.Time) *token.Issuer[AppClaims] {
	b.Helper()
	return must(token.NewIssuer(token.IssuerConfig[AppClaims]{
		Schema: schema(b), Keys: ring, Issuer: issuer, Audience: []string{audience}, TTL: 15 * time.Minute, Now: now,
	}))(b)
}

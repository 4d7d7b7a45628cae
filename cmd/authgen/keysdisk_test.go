package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

var (
	errKilled = errors.New("killed")
	keysMade  = time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
)

// keysAt is a run on the folder dir that ends before its step number end, counted from
// zero, or not at all if that is negative.
func keysAt(dir string, at time.Time, end int) *keyRun {
	steps := 0
	before := func(string) error {
		if steps++; steps-1 == end {
			return errKilled
		}
		return nil
	}
	return &keyRun{
		program:    &program{stdout: io.Discard, stderr: io.Discard, now: func() time.Time { return at }},
		keyOptions: keyOptions{algorithm: token.EdDSA, lead: 10 * time.Minute, tokenLife: 15 * time.Minute},
		disk:       keyDisk{dir: dir, before: before},
		at:         at,
	}
}

// keysDone fails the test unless a whole run came to its end.
func keysDone(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// keysLoad is the set that a server has of a folder.
func keysLoad(dir string, at time.Time) (*token.KeySet, error) {
	return token.Folder{Dir: dir, Algorithm: token.EdDSA, TokenLife: 15 * time.Minute}.Keys(at)
}

// eachEnd ends a command before each of its steps, until it comes to its end. It
// prepares a folder for each and has it checked afterwards.
func eachEnd(t *testing.T, prepare func(dir string), run func(dir string, end int) error, check func(dir string)) {
	t.Helper()
	for end := range 20 {
		dir := filepath.Join(t.TempDir(), "keys")
		prepare(dir)
		err := run(dir, end)
		if err != nil && !errors.Is(err, errKilled) {
			t.Fatalf("ended before step %d: %v", end, err)
		}
		check(dir)
		if err == nil {
			if end < 2 {
				t.Errorf("%d steps, which are too few to prove anything", end)
			}
			return
		}
	}
	t.Error("no end of steps")
}

// A folder whose making ended half-way is empty, and made by a second run, or signs
// already, which a second run says; it lacks at most the next key, which rotate makes.
func TestKeysNewMayEndAtAnyStep(t *testing.T) {
	eachEnd(t, func(string) {}, func(dir string, end int) error {
		return keysAt(dir, keysMade, end).makeFolder()
	}, func(dir string) {
		set, loaded := keysLoad(dir, keysMade)
		err := keysAt(dir, keysMade, -1).makeFolder()
		if loaded == nil {
			if err == nil || !strings.Contains(err.Error(), "holds keys already") || hintOf(err) == "" {
				t.Errorf("again, with %d keys: %v", set.Len(), err)
			}
			err = keysAt(dir, keysMade, -1).rotate(false, false)
		}
		if err != nil {
			t.Errorf("after %v: %v", loaded, err)
		}
		if set, err := keysLoad(dir, keysMade); err != nil || set.Len() < 2 {
			t.Errorf("in the end: %v", err)
		}
	})
}

// SECURITY KEY-03.
func TestKEY03_KeysRotateMayEndAtAnyStep(t *testing.T) {
	at := keysMade.Add(time.Hour)
	var before *token.KeySet
	eachEnd(t, func(dir string) {
		keysDone(t, keysAt(dir, keysMade, -1).makeFolder())
		before = keysOf(t, dir, at)
	}, func(dir string, end int) error {
		return keysAt(dir, at, end).rotate(false, false)
	}, func(dir string) {
		set := keysOf(t, dir, at)
		if old := before.Signing().ID(); set.Find(old) == nil {
			t.Errorf("tokens of %s are refused", old)
		}
		if before.Find(set.Signing().ID()) == nil {
			t.Error("a key signs that was not published before")
		}

		later := at.Add(time.Hour)
		keysDone(t, keysAt(dir, later, -1).rotate(false, false))
		if keysOf(t, dir, later).Signing().ID() == set.Signing().ID() {
			t.Error("the next rotation changed nothing")
		}
	})
}

// No step of retire lets a key come back that had left, which would be the case if the
// key that replaced it went first.
func TestKEY03_KeysRetireMayEndAtAnyStep(t *testing.T) {
	at := keysMade.Add(4 * time.Hour)
	var before *token.KeySet
	eachEnd(t, func(dir string) {
		keysDone(t, keysAt(dir, keysMade, -1).makeFolder())
		for hours := range 3 {
			keysDone(t, keysAt(dir, keysMade.Add(time.Duration(hours+1)*time.Hour), -1).rotate(false, false))
		}
		before = keysOf(t, dir, at)
	}, func(dir string, end int) error {
		return keysAt(dir, at, end).retire("", false)
	}, func(dir string) {
		if set := keysOf(t, dir, at); string(set.JWKS()) != string(before.JWKS()) {
			t.Errorf("servers see another set: %s, before %s", set.JWKS(), before.JWKS())
		}
		keysDone(t, keysAt(dir, at, -1).retire("", false))
		if names, err := filepath.Glob(filepath.Join(dir, "*.pem")); err != nil || len(names) != 2 {
			t.Errorf("in the end: %v, %v", names, err)
		}
	})
}

// SECURITY KEY-09.
func TestKEY09_KeysOfAKilledRunAreForTheOwnerAlone(t *testing.T) {
	eachEnd(t, func(string) {}, func(dir string, end int) error {
		return keysAt(dir, keysMade, end).makeFolder()
	}, func(dir string) {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		for _, e := range entries {
			if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", e.Name(), info.Mode(), err)
			}
		}
	})
}

func keysOf(t *testing.T, dir string, at time.Time) *token.KeySet {
	t.Helper()
	set, err := keysLoad(dir, at)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

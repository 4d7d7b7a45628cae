package token_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

func TestNamesOfKeyFiles(t *testing.T) {
	k := newKey(t, token.EdDSA)
	at := time.Date(2026, 3, 1, 13, 0, 59, 999, time.FixedZone("", 3600))
	if got, want := token.SigningName(k, at), "20260301T120059Z-"+k.Thumbprint()+".pem"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := token.NextName(k, at), "next-20260301T120059Z-"+k.Thumbprint()+".pem"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A name says one thing only: what is read from it is what it would be made of.
func FuzzKeyName(f *testing.F) {
	for _, seed := range []string{
		"20260301T120000Z-kid.pem", "next-20260301T120000Z-kid.pem", "mine.pem", "next-mine.pem", ".pem", "20260301T120000Z.pem", "20260230T120000Z-x.pem",
		"20260301t120000z-x.pem", "next-next-20260301T120000Z-x.pem", "20260301T120000Z--.pem", "00000000T000000Z-x.pem",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if !strings.HasSuffix(name, ".pem") {
			return // it is not asked about
		}
		next, from, kid, err := token.ParseKeyName(name)
		if err != nil || kid == "" {
			if next || !from.IsZero() {
				t.Fatalf("%q: %v, %v with %v", name, next, from, err)
			}
			return
		}
		again := from.Format("20060102T150405Z") + "-" + kid + ".pem"
		if next {
			again = "next-" + again
		}
		if again != name {
			t.Fatalf("%q was read as %q", name, again)
		}
	})
}

// A folder is read while keys are given other names: no key is missing meanwhile.
func TestNoKeyIsMissedWhileItsFileIsRenamed(t *testing.T) {
	f := newKeyFolder(t)
	signs, moved := f.signs(start, token.EdDSA), f.next(start)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		from, to := filepath.Join(f.Dir, token.NextName(moved, start)), filepath.Join(f.Dir, token.SigningName(moved, start.Add(time.Hour)))
		for {
			select {
			case <-stop:
				return
			default:
				_ = os.Rename(from, to)
				from, to = to, from
			}
		}
	}()
	read := 0
	for range 300 {
		set, err := f.Keys(start)
		if err != nil { // it is never read for long enough, which keeps the last keys
			continue
		}
		read++
		if set.Len() != 2 || set.Signing().ID() != signs || set.Find(moved.ID()) == nil {
			t.Fatalf("%d keys", set.Len())
		}
	}
	close(stop)
	<-stopped
	if set, err := f.Keys(start); err != nil || set.Len() != 2 {
		t.Errorf("%d of 300 were read, and afterwards: %v", read, err)
	}
	t.Logf("read %d of 300 times", read)
}

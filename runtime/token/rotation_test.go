package token_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

// A fleet is two processes that share a folder of keys, reload at other moments and
// have clocks that differ, and a service elsewhere that fetches their keys and keeps
// them for as long as it may.
type fleet struct {
	*testing.T
	folder    keyFolder
	now       time.Time
	processes [2]*process
	elsewhere *token.Ring
	fetched   time.Time
	outside   *token.Verifier[AppClaims]
	issued    []issued
}

const (
	maxAge = 10 * time.Minute
	leeway = 30 * time.Second
	skew   = 2 * time.Second

	// When things happen, from the start.
	announced = 60 * time.Second
	replaced  = 2700 * time.Second
)

type process struct {
	watcher  *token.Watcher
	issuer   *token.Issuer[AppClaims]
	verifier *token.Verifier[AppClaims]
	jwks     http.Handler
}

type issued struct {
	text string
	kid  string
	at   time.Time
}

func newFleet(t *testing.T) *fleet {
	f := &fleet{T: t, folder: newKeyFolder(t), now: start}
	f.folder.signs(start.Add(-time.Hour), token.EdDSA)
	f.folder.next(start.Add(-time.Hour))
	for i := range f.processes {
		clock := func() time.Time { return f.now.Add(time.Duration(i) * -skew) }
		w := watching(t, f.folder.Folder, token.WatchConfig{Interval: manual, Now: clock})
		f.processes[i] = &process{
			watcher: w, issuer: newIssuer(&bench{TB: t}, w.Ring(), clock), verifier: newVerifier(t, w.Ring(), clock),
			jwks: token.JWKSHandler(w.Ring(), maxAge),
		}
	}
	f.elsewhere = token.NewRing(f.fetch(0))
	f.fetched = f.now.Add(announced + 4*time.Second - maxAge) // it will fetch when a key is there and not seen yet
	f.outside = newVerifier(t, f.elsewhere, func() time.Time { return f.now })
	return f
}

func newVerifier(t *testing.T, keys token.Source, now func() time.Time) *token.Verifier[AppClaims] {
	t.Helper()
	return must(token.NewVerifier(token.Config[AppClaims]{
		Schema: schema(t), Keys: keys, Issuer: issuer, Audience: []string{audience}, Leeway: leeway, Now: now,
	}))(t)
}

// fetch gets the JWKS of a process.
func (f *fleet) fetch(from int) *token.KeySet {
	f.Helper()
	return must(token.ParseJWKS([]byte(body(f.T, get(f.processes[from].jwks, http.MethodGet)))))(f)
}

// second lets a second pass: processes reload every five, not together, and the service
// elsewhere fetches as rarely as max-age lets it, from the one that reloads later.
func (f *fleet) second() {
	f.Helper()
	f.now = f.now.Add(time.Second)
	for i, p := range f.processes {
		if f.now.Unix()%5 != int64(2*i) {
			continue
		}
		if err := p.watcher.Reload(); err != nil {
			f.Fatal(err)
		}
	}
	if f.now.Sub(f.fetched) >= maxAge {
		f.elsewhere.Replace(f.fetch(0))
		f.fetched = f.now
	}
}

// traffic issues a token in each process, and verifies everywhere all that live.
func (f *fleet) traffic() {
	f.Helper()
	for _, p := range f.processes {
		text, c, err := p.issuer.Issue(AppClaims{Claims: token.Claims{Subject: "ada"}})
		if err != nil {
			f.Fatal(err)
		}
		f.issued = append(f.issued, issued{text: text, kid: p.watcher.Ring().Set().Signing().ID(), at: c.IssuedAt})
	}
	var alive []issued
	for _, one := range f.issued {
		if !f.now.Before(one.at.Add(15*time.Minute + leeway)) {
			continue
		}
		alive = append(alive, one)
		for name, v := range map[string]verifier{"one": f.processes[0].verifier, "two": f.processes[1].verifier, "elsewhere": f.outside} {
			if _, err := v.Verify(f.Context(), one.text); err != nil {
				f.Fatalf("%s, %v after the start: a token of %v before is refused: %v", name, f.now.Sub(start), f.now.Sub(one.at), errors.Unwrap(err))
			}
		}
	}
	f.issued = alive
}

type verifier = *token.Verifier[AppClaims]

// published returns the kids of the JWKS of a process.
func (f *fleet) published(process int) map[string]bool {
	f.Helper()
	var doc struct{ Keys []struct{ Kid string } }
	if err := json.Unmarshal([]byte(body(f.T, get(f.processes[process].jwks, http.MethodGet))), &doc); err != nil {
		f.Fatal(err)
	}
	kids := map[string]bool{}
	for _, k := range doc.Keys {
		kids[k.Kid] = true
	}
	return kids
}

// The whole life of a key, second by second: announced, named to sign from a moment on,
// signing, replaced, gone. At no moment is a token refused, here or elsewhere.
// SECURITY KEY-03.
func TestKEY03_KeysChangeWithoutARefusal(t *testing.T) {
	f := newFleet(t)
	var key *token.Key
	var from, until time.Time
	signs := func(i int) bool { return f.processes[i].watcher.Ring().Set().Signing().ID() == key.ID() }
	var first, last time.Time // of its use
	gone := map[int]time.Time{}
	plan := map[time.Duration]func(){
		announced: func() { key = f.folder.next(f.now) },
		announced + time.Minute: func() { // its time comes as early as it may
			from = start.Add(announced + maxAge + token.Lag)
			f.folder.rename(token.NextName(key, start.Add(announced)), token.SigningName(key, from))
		},
		replaced - maxAge - time.Minute: func() {
			f.folder.signs(start.Add(replaced), token.EdDSA)
			until = start.Add(replaced + tokenLife + token.Lag)
		},
	}
	for range 4000 {
		passed := f.now.Sub(start)
		if step := plan[passed]; step != nil {
			step()
		}
		f.second()
		if passed%(31*time.Second) == 0 || isNear(passed, announced+maxAge) || isNear(passed, replaced) || isNear(passed, replaced+tokenLife) {
			f.traffic()
		}
		if key == nil {
			continue
		}
		for p := range f.processes {
			switch published := f.published(p)[key.ID()]; {
			case signs(p) && first.IsZero():
				first = f.now
			case !published && !first.IsZero() && gone[p].IsZero():
				gone[p] = f.now
			}
			if signs(p) {
				last = f.now
			}
		}
	}
	if first.Before(from) || first.After(from.Add(token.Lag)) {
		t.Errorf("first used at %v, but announced for %v", first, from)
	}
	if last.Sub(start) > replaced+token.Lag {
		t.Errorf("used %v after the start", last.Sub(start))
	}
	for p, at := range gone {
		if at.Before(until.Add(-skew)) || at.After(until.Add(token.Lag)) {
			t.Errorf("process %d unpublished it at %v, want %v", p, at, until)
		}
	}
	if len(gone) != 2 {
		t.Errorf("unpublished by %d of 2", len(gone))
	}
}

// isNear reports whether a change may be seen by some and not yet by others.
func isNear(at, change time.Duration) bool { return change-skew < at && at < change+2*token.Lag }

// Processes with the same keys publish one text, so that If-None-Match holds whichever
// of them is asked.
func TestProcessesPublishOneText(t *testing.T) {
	f := newFleet(t)
	for range 3 {
		f.folder.next(f.now)
	}
	var tags [2]string
	for i, p := range f.processes {
		if err := p.watcher.Reload(); err != nil {
			t.Fatal(err)
		}
		tags[i] = get(p.jwks, http.MethodGet).Header.Get("ETag")
	}
	if tags[0] != tags[1] || tags[0] == "" {
		t.Error(tags)
	}
}

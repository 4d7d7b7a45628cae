package token_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

const tokenLife = 15*time.Minute + 30*time.Second

// A keyFolder is a folder of keys.
type keyFolder struct {
	testing.TB
	token.Folder
}

func newKeyFolder(t testing.TB) keyFolder {
	return keyFolder{TB: t, Folder: token.Folder{Dir: t.TempDir(), Algorithm: token.EdDSA, TokenLife: tokenLife}}
}

// fresh returns a new signer of an algorithm.
func fresh(t testing.TB, alg token.Algorithm) crypto.Signer {
	t.Helper()
	switch alg {
	case token.ES256:
		return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	case token.EdDSA:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return must(private, err)(t)
	default:
		return signers()[alg]
	}
}

func privatePEM(t testing.TB, s crypto.Signer) []byte {
	t.Helper()
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(s))(t)})
}

func publicPEM(t testing.TB, s crypto.Signer) []byte {
	t.Helper()
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(s.Public()))(t)})
}

func (f keyFolder) write(name string, text []byte) {
	f.Helper()
	if err := os.WriteFile(filepath.Join(f.Dir, name), text, 0o600); err != nil {
		f.Fatal(err)
	}
}

func (f keyFolder) rename(from, to string) {
	f.Helper()
	if err := os.Rename(filepath.Join(f.Dir, from), filepath.Join(f.Dir, to)); err != nil {
		f.Fatal(err)
	}
}

// signs adds a new key that signs from a time on, and returns its kid.
func (f keyFolder) signs(from time.Time, alg token.Algorithm) string {
	f.Helper()
	s := fresh(f, alg)
	k := must(token.NewSigner(s))(f)
	f.write(token.SigningName(k, from), privatePEM(f, s))
	return k.ID()
}

// next adds a new key that is published, and returns it.
func (f keyFolder) next(published time.Time) *token.Key {
	f.Helper()
	s := fresh(f, f.Algorithm)
	k := must(token.NewSigner(s))(f)
	f.write(token.NextName(k, published), privatePEM(f, s))
	return k
}

// own adds an operator's own key, and returns its kid.
func (f keyFolder) own(name string, alg token.Algorithm) string {
	f.Helper()
	s := fresh(f, alg)
	f.write(name, privatePEM(f, s))
	return must(token.NewSigner(s))(f).ID()
}

// has fails the test unless the set of a time has these keys, the first of which signs.
func (f keyFolder) has(what string, at time.Time, kids ...string) {
	f.Helper()
	set, err := f.Keys(at)
	if err != nil {
		f.Errorf("%s: %v", what, err)
		return
	}
	if set.Signing().ID() != kids[0] || set.Len() != len(kids) {
		f.Errorf("%s: %s signs, of %d keys; want %s, of %d", what, set.Signing().ID(), set.Len(), kids[0], len(kids))
	}
	for _, kid := range kids {
		if set.Find(kid) == nil {
			f.Errorf("%s: %s is missing", what, kid)
		}
	}
	if !strings.HasPrefix(string(set.JWKS()), `{"keys":[{"kty":`) || !strings.Contains(strings.SplitN(string(set.JWKS()), "}", 2)[0], kids[0]) {
		f.Errorf("%s: the key that signs is not published first", what)
	}
}

// refuses fails the test unless there is an error that says all of words.
func (f keyFolder) refuses(what string, words ...string) {
	f.Helper()
	set, err := f.Keys(start)
	if err == nil || set != nil {
		f.Errorf("%s: accepted", what)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			f.Errorf("%s: the error does not say %q: %v", what, w, err)
		}
	}
}

func TestNamesAloneSayWhichKeySigns(t *testing.T) {
	f := newKeyFolder(t)
	one := f.signs(start.Add(-time.Hour), token.EdDSA)
	next := f.next(start).ID()
	two := f.signs(start.Add(time.Hour), token.EdDSA)
	f.has("the one in force, with those that are announced", start, one, next, two)
	f.has("a second before the other", start.Add(time.Hour-time.Second), one, next, two)
	f.has("when the other takes over", start.Add(time.Hour), two, next, one)
	over := start.Add(time.Hour + tokenLife + token.Lag)
	f.has("until the last token is over", over.Add(-time.Nanosecond), two, next, one)
	f.has("and then no more", over, two, next)
}

func TestFilesThatAreNoKeysArePassedOver(t *testing.T) {
	f := newKeyFolder(t)
	kid := f.signs(start, token.EdDSA)
	for _, name := range []string{".hidden.pem", ".tmp", "README", "key.PEM", "key.pem~", "pem"} {
		f.write(name, []byte("x"))
	}
	if err := os.Mkdir(filepath.Join(f.Dir, "old"), 0o700); err != nil {
		t.Fatal(err)
	}
	f.has("with other files", start, kid)
}

func TestMountedSecretsAreLinks(t *testing.T) {
	f := newKeyFolder(t)
	kid := f.own("..data", token.EdDSA)
	if err := os.Symlink("..data", filepath.Join(f.Dir, "key.pem")); err != nil {
		t.Fatal(err)
	}
	f.has("a link", start, kid)
}

func TestOwnKeysAreAsFromTheBeginning(t *testing.T) {
	f := newKeyFolder(t)
	own := f.own("mine.pem", token.EdDSA)
	f.has("alone", start, own)
	foreign := fresh(t, token.EdDSA)
	f.write("theirs.pem", publicPEM(t, foreign))
	theirs := must(token.NewPublic(foreign.Public()))(t).ID()
	f.has("with a public one", start, own, theirs)

	second := f.own("next-mine.pem", token.EdDSA) // no time, so that it is an own key too
	f.refuses("two", "mine.pem", "next-mine.pem", "could both sign")
	timed := f.signs(start.Add(time.Minute), token.EdDSA)
	f.refuses("two, and one that is to come", "could both sign")
	f.has("one in force decides", start.Add(time.Minute), timed, own, second, theirs)
	f.has("and replaces them", start.Add(time.Minute+tokenLife+token.Lag), timed)
}

func TestPublicKeysNeverSign(t *testing.T) {
	f := newKeyFolder(t)
	one := f.signs(start.Add(-time.Hour), token.EdDSA)
	s := fresh(t, token.EdDSA)
	public := must(token.NewPublic(s.Public()))(t)
	f.write(token.SigningName(public, start), publicPEM(t, s))
	f.has("a later one", start, one, public.ID())
	f.has("which replaces nothing", start.Add(24*time.Hour), one, public.ID())

	two := f.signs(start.Add(time.Hour), token.EdDSA)
	f.has("one that was replaced", start.Add(time.Hour), two, one, public.ID())
	f.has("leaves", start.Add(3*time.Hour), two)
}

func TestAnotherAlgorithmOnlyVerifies(t *testing.T) {
	f := newKeyFolder(t)
	edwards := f.signs(start.Add(-time.Hour), token.EdDSA)
	curve := f.signs(start, token.ES256)
	rsaKey := f.own("legacy.pem", token.RS256)
	f.has("of the folder's", start.Add(24*time.Hour), edwards, curve, rsaKey)
	f.Algorithm = token.ES256
	f.has("of the other", start.Add(24*time.Hour), curve, edwards, rsaKey)
	f.Algorithm = token.RS256
	f.has("of the third", start.Add(24*time.Hour), rsaKey, edwards, curve)
}

func TestKeysOfOneSecondAreInOneOrder(t *testing.T) {
	f := newKeyFolder(t)
	a, b := f.signs(start, token.EdDSA), f.signs(start, token.EdDSA)
	f.has("the later name", start, max(a, b), min(a, b))
	f.has("replaced the other", start.Add(tokenLife+token.Lag), max(a, b))
}

func TestFoldersThatMakeNoSenseAreRefused(t *testing.T) {
	missing := newKeyFolder(t)
	missing.Dir = filepath.Join(missing.Dir, "none")
	missing.refuses("a folder that is not there", missing.Dir)
	newKeyFolder(t).refuses("an empty one", "no key in", "EdDSA")

	f := newKeyFolder(t)
	f.signs(start.Add(time.Second), token.EdDSA)
	f.next(start.Add(-24 * time.Hour))
	f.signs(start, token.ES256)
	f.refuses("no key in force", "no key in", "EdDSA")

	for what, change := range map[string]func(*token.Folder){
		"no folder": func(f *token.Folder) { f.Dir = "" }, "no life": func(f *token.Folder) { f.TokenLife = 0 }, "a negative life": func(f *token.Folder) { f.TokenLife = -1 },
		"no algorithm": func(f *token.Folder) { f.Algorithm = "" }, "HS256": func(f *token.Folder) { f.Algorithm = token.HS256 },
	} {
		f := newKeyFolder(t)
		f.signs(start, token.EdDSA)
		change(&f.Folder)
		f.refuses(what, "Folder.")
	}
}

// SECURITY KEY-01.
func TestKEY01_BadKeyFilesAreRefusedByName(t *testing.T) {
	signer := fresh(t, token.EdDSA)
	private, kid := privatePEM(t, signer), must(token.NewSigner(signer))(t).ID()
	other := must(token.NewSigner(fresh(t, token.EdDSA)))(t).ID()
	weak := must(rsa.GenerateKey(rand.Reader, 1024))(t)
	p384 := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))(t)
	for what, c := range map[string]struct {
		name string
		text []byte
	}{
		"empty":             {"a.pem", nil},
		"not PEM":           {"a.pem", []byte("CANARY")},
		"1024 bits":         {"a.pem", privatePEM(t, weak)},
		"P-384":             {"a.pem", privatePEM(t, p384)},
		"two keys":          {"a.pem", append(privatePEM(t, fresh(t, token.EdDSA)), private...)},
		"too large":         {"a.pem", append([]byte(strings.Repeat("#\n", 32<<10)), private...)},
		"another kid":       {"20260101T000000Z-" + other + ".pem", private},
		"another next":      {"next-20260101T000000Z-" + other + ".pem", private},
		"no kid":            {"20260101T000000Z.pem", private},
		"an empty kid":      {"20260101T000000Z-.pem", private},
		"a cut kid":         {"20260101T000000Z-" + kid[:42] + ".pem", private},
		"no such month":     {"20261301T000000Z-" + kid + ".pem", private},
		"no such day":       {"20260230T000000Z-" + kid + ".pem", private},
		"no such hour":      {"next-20260101T250000Z-" + kid + ".pem", private},
		"a leap second":     {"20161231T235960Z-" + kid + ".pem", private},
		"the key again":     {"copy.pem", nil},
		"a folder":          {"a.pem", nil},
		"a link to nowhere": {"a.pem", nil},
	} {
		t.Run(what, func(t *testing.T) {
			f := newKeyFolder(t)
			f.signs(start.Add(-time.Hour), token.EdDSA)
			path := filepath.Join(f.Dir, c.name)
			switch what {
			case "a folder":
				if err := os.Mkdir(path, 0o700); err != nil {
					t.Fatal(err)
				}
			case "a link to nowhere":
				if err := os.Symlink("nowhere", path); err != nil {
					t.Fatal(err)
				}
			case "the key again":
				f.write("20260101T000000Z-"+kid+".pem", private)
				f.write(c.name, publicPEM(t, signer))
			default:
				f.write(c.name, c.text)
			}
			f.refuses(what, path)
			_, err := f.Keys(start)
			for _, canary := range append(secretsOf(signer), "CANARY", string(private[40:60])) {
				if strings.Contains(fmt.Sprint(err), canary) {
					t.Errorf("the error quotes the file: %v", err)
				}
			}
		})
	}
}

func TestFoldersHaveARoomForKeys(t *testing.T) {
	f := newKeyFolder(t)
	kids := []string{f.signs(start, token.EdDSA)}
	for i := range token.MaxKeys - 1 {
		s := fresh(t, token.EdDSA)
		f.write(fmt.Sprintf("%d.pem", i), publicPEM(t, s))
		kids = append(kids, must(token.NewPublic(s.Public()))(t).ID())
	}
	f.has("as many as a set has", start, kids...)
	f.next(start)
	f.refuses("one more", f.Dir, "100")
}

func TestFilesTellWhatKeysAreGoodFor(t *testing.T) {
	f := newKeyFolder(t)
	over, replaced := f.signs(start.Add(-48*time.Hour), token.EdDSA), f.signs(start.Add(-24*time.Hour), token.EdDSA)
	signs, waits := f.signs(start.Add(-time.Minute), token.EdDSA), f.signs(start.Add(time.Minute), token.EdDSA)
	next, own := f.next(start).ID(), f.own("own.pem", token.RS256)
	f.Folder.TokenLife = time.Hour

	life := time.Hour + token.Lag
	want := []struct {
		kid   string
		state token.KeyState
		until time.Time
	}{
		{own, token.KeyOwn, time.Time{}},
		{over, token.KeyExpired, start.Add(-24*time.Hour + life)},
		{replaced, token.KeyVerifies, start.Add(-time.Minute + life)},
		{signs, token.KeySigns, start.Add(time.Minute + life)},
		{waits, token.KeyWaits, time.Time{}},
		{next, token.KeyNext, time.Time{}},
	}
	files := must(f.Files(start))(t)
	if len(files) != len(want) {
		t.Fatalf("%d files", len(files))
	}
	for i, w := range want {
		if k := files[i]; k.Key.ID() != w.kid || k.State != w.state || !k.Until.Equal(w.until) {
			t.Errorf("%d: %s %s until %v, want %s %s until %v", i, k.Key.ID(), k.State, k.Until, w.kid, w.state, w.until)
		}
	}
	if len(must(f.Files(start.Add(-72*time.Hour)))(t)) != len(want) {
		t.Error("files are missing when none signs")
	}
}

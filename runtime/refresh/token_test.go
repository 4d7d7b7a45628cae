package refresh_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/refresh"
)

// twins returns texts that are not token, and of which a careless reader may think
// that they are.
func twins(token string) map[string]string {
	raw, _ := base64.RawURLEncoding.DecodeString(token) // a token is base64url
	flipped := func(i int) string {
		other := append([]byte(nil), raw...)
		other[i] ^= 1
		return base64.RawURLEncoding.EncodeToString(other)
	}
	last := token[len(token)-1:]
	unused := map[string]string{"A": "B", "E": "F", "I": "J", "M": "N", "Q": "R", "U": "V", "Y": "Z", "c": "d", "g": "h", "k": "l", "o": "p", "s": "t", "w": "x", "0": "1", "4": "5", "8": "9"}
	return map[string]string{
		"empty":             "",
		"minus the last":    token[:len(token)-1],
		"minus the first":   token[1:],
		"plus one":          token + "A",
		"plus padding":      token + "=",
		"plus a line feed":  token + "\n",
		"after a space":     " " + token,
		"a line feed in it": token[:40] + "\n" + token[41:],
		"unused bits set":   token[:len(token)-1] + unused[last],
		"another case":      strings.ToUpper(token),
		"twice":             token + token,
		"another family":    flipped(0),
		"another number":    flipped(23),
		"another MAC":       flipped(24),
		"the last byte":     flipped(len(raw) - 1),
		"no MAC":            base64.RawURLEncoding.EncodeToString(append(append([]byte(nil), raw[:24]...), make([]byte, 32)...)),
	}
}

// The whole text is compared, and what was never given out costs no call of the
// storage.
// SECURITY REF-06, KEY-10.
func TestREF06_TheWholeTokenIsCompared(t *testing.T) {
	b := newBench(t)
	for range 8 { // tokens end in different characters
		f, token := b.login()
		b.store.calls()
		for name, twin := range twins(token) {
			if twin == token {
				t.Fatalf("%s: the token itself", name)
			}
			b.refused(name, twin)
		}
		if got := b.store.calls(); got != "" {
			t.Errorf("asked %q", got)
		}
		ref, err := b.Parse(token)
		b.must(err)
		if ref != (refresh.Ref{ID: f.ID, Counter: 1}) {
			t.Errorf("%+v", ref)
		}
		b.next(token)
	}
}

// Who has the whole database has no token: what is stored is the same for every key,
// and a token of another key is none.
// SECURITY REF-06.
func TestREF06_ADumpForgesNothing(t *testing.T) {
	b := newBench(t)
	other := newBench(t, func(c *config) { c.Key = []byte("another key that has 32 bytes too") })
	f, token := b.login()
	b.must(other.store.storage.Create(t.Context(), f)) // the thief's copy
	forged, err := other.Parse(token)
	b.is("the other key", err, refresh.ErrInvalidGrant)
	if forged != (refresh.Ref{}) {
		t.Errorf("%+v", forged)
	}
	_, _, err = other.use(token)
	b.is("the other key", err, refresh.ErrInvalidGrant)
	row := fmt.Sprintf("%+v %s", f, f.ID)
	for _, part := range []string{token, token[32:]} { // from 32 on it is the MAC
		if strings.Contains(row, part) {
			t.Error("the row holds the token")
		}
	}
}

// Tokens and the key they are made under are in no error, event, log or print.
// SECURITY REF-06.
func TestREF06_TokensAndKeysNeverPrint(t *testing.T) {
	b := newBench(t)
	_, token := b.login()
	next := b.next(token)
	b.clock.advance(time.Minute)
	b.store.down()
	_, _, down := b.use(token)
	b.store.up()
	_, _, reused := b.use(token)
	b.must(b.End(t.Context(), b.ada.ID, next))
	b.must(b.End(t.Context(), b.ada.ID, next+"A"))
	cfg := config{Key: key}
	seen := fmt.Sprintf("%v %v %s %+v %#v %v %+v %#v", down, reused, b.log, b.audit.Events(), cfg, cfg, *b.service, cfg.LogValue())
	for _, secret := range []string{string(key[:16]), fmt.Sprintf("%x", key), fmt.Sprint(key), token, token[32:], next, next[32:]} {
		if strings.Contains(seen, secret) {
			t.Error("a secret shows")
		}
	}
}

// tokenOf is the one token of a family and a number, put together here and not by the
// package: 16 bytes, 8 bytes, and the MAC of both.
func tokenOf(r refresh.Ref) string {
	raw := binary.BigEndian.AppendUint64(append([]byte(nil), r.ID[:]...), uint64(r.Counter))
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("authgen refresh token v1"))
	mac.Write(raw)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(raw))
}

// FuzzParse: a text is a token if it is, to the letter, the one of the family and the
// number that it begins with, and it says which they are. Workers are processes of
// their own, so nothing here depends on what another has drawn.
func FuzzParse(f *testing.F) {
	b := newBench(f)
	for i := range 3 {
		for n := range int64(3) {
			token := tokenOf(refresh.Ref{ID: refresh.ID{0: byte(i), 15: 0xff}, Counter: n + 1})
			f.Add(token)
			for _, twin := range twins(token) {
				f.Add(twin)
			}
		}
	}
	f.Add(tokenOf(refresh.Ref{Counter: -1}))
	f.Add(strings.Repeat("A", 75))
	f.Add(strings.Repeat("_", 75))
	f.Add(strings.Repeat("\xff", 75))
	f.Fuzz(func(t *testing.T, text string) {
		var want refresh.Ref
		raw, err := base64.RawURLEncoding.DecodeString(text)
		good := err == nil && len(raw) >= 24
		if good {
			copy(want.ID[:], raw)
			want.Counter = int64(binary.BigEndian.Uint64(raw[16:]))
			good = tokenOf(want) == text
		}
		got, err := b.Parse(text)
		switch {
		case good && (err != nil || got != want):
			t.Errorf("a token was refused: %+v, %v; want %+v", got, err, want)
		case !good && (!errors.Is(err, refresh.ErrInvalidGrant) || got != (refresh.Ref{})):
			t.Errorf("%q: %+v, %v", text, got, err)
		}
		// Nobody draws a MAC: the token of what a text begins with is tried as well.
		if len(raw) >= 24 {
			if got, err := b.Parse(tokenOf(want)); err != nil || got != want {
				t.Errorf("the token of %+v is read as %+v, %v", want, got, err)
			}
		}
	})
}

package apikey_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
)

// No key, nor a part of one, is in what is logged, recorded, answered or returned as
// an error, whatever goes wrong.
func TestLOG02_NoKeyIsLoggedOrRecorded(t *testing.T) {
	b := newBench(t, func(c *config) { c.MaxActive = 100 })
	h := b.guarded(write)
	var said strings.Builder
	say := func(v ...any) { fmt.Fprintln(&said, v...) }
	var keys []string
	for _, method := range []string{"", "Find", "Create", "Rotate", "Revoke", "RevokeByHash", "RevokeAll", "List", "Touch"} {
		b.store.up()
		k, key := b.issue(b.ada, read)
		keys = append(keys, key, swap(key), strings.ToUpper(key))
		if method != "" {
			b.store.down(method)
		}
		for _, sent := range []string{key, swap(key), strings.ToUpper(key), key + key} {
			w := serve(h, b.request(sent))
			say(w.Code, w.Header(), w.Body)
			say(b.check(sent))
		}
		_, next, err := b.Rotate(t.Context(), b.ada.ID, k.ID, nil)
		keys = append(keys, next)
		say(err)
		_, _, err = b.Create(t.Context(), b.ada.ID, b.ada, newKey{Name: "k"})
		say(err)
		_, err = b.List(t.Context(), b.ada.ID)
		say(err, b.Flush(t.Context()))
		say(b.Leaked(nil, b.request(), key), b.Leaked(nil, b.request(), swap(key)), b.Revoke(t.Context(), b.ada.ID, key))
		say(b.Revoke(t.Context(), b.ada.ID, k.ID), b.RevokeAll(t.Context(), b.ada.ID))
	}
	say(b.log.String(), fmt.Sprintf("%+v", b.audit.Events()))
	for _, key := range keys {
		if len(key) > 8 && strings.Contains(said.String(), key[8:24]) {
			t.Fatalf("a key appears in\n%s", said.String())
		}
	}
	if strings.Contains(said.String(), "ada@") {
		t.Error("an e-mail address appears")
	}
}

// What the storage gets is a hash; what lists get is not even that.
func TestAPI03_OnlyTheHashIsStored(t *testing.T) {
	b := newBench(t)
	spy := &spy{storage: b.store.storage}
	b.store.storage = spy
	k, key := b.issue(b.ada, read)
	_, next, err := b.Rotate(t.Context(), b.ada.ID, k.ID, nil)
	b.must(err)
	list, err := b.List(t.Context(), b.ada.ID)
	b.must(err)
	shown, err := json.Marshal(list)
	b.must(err)
	for _, text := range []string{key, next} {
		hash, _ := apikey.Parse("sk_live", text)
		if !strings.Contains(spy.got.String(), fmt.Sprintf("%x", hash[:])) {
			t.Errorf("the hash of the key is not what was stored")
		}
		for name, all := range map[string]string{"the storage got": spy.got.String(), "a list has": string(shown)} {
			// The last four are shown on purpose; five are too many.
			for i := 8; i+5 <= len(text); i++ {
				if strings.Contains(all, text[i:i+5]) {
					t.Fatalf("%s %q of a key: %s", name, text[i:i+5], all)
				}
			}
		}
		if strings.Contains(string(shown), fmt.Sprintf("%x", hash[:8])) || !strings.Contains(string(shown), text[len(text)-4:]) {
			t.Errorf("a list has the hash, or not the last four: %s", shown)
		}
	}
}

// A spy writes down every record that is stored.
type spy struct {
	storage
	got strings.Builder
}

func (s *spy) note(r record) {
	fmt.Fprintf(&s.got, "%+v %x\n", r.Key, r.Hash[:])
}

func (s *spy) Create(ctx context.Context, r record, limit int) error {
	s.note(r)
	return s.storage.Create(ctx, r, limit)
}

func (s *spy) Rotate(ctx context.Context, owner int64, id string, next record, end time.Time) (row, error) {
	s.note(next)
	return s.storage.Rotate(ctx, owner, id, next, end)
}

func TestKEY09_RecordsPrintAsIDs(t *testing.T) {
	_, hash := apikey.Forge("sk_live")
	r := record{Key: row{ID: "ABC", Name: "secret plans"}, Hash: hash}
	var log logBook
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "record", r, "pointer", &r)
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(format, r); got != "api key ABC" {
			t.Errorf("%s prints %s", format, got)
		}
	}
	if got := strings.Count(log.String(), `"api key ABC"`); got != 2 {
		t.Errorf("the log has it %d times: %s", got, log.String())
	}
	all := log.String() + string(text)
	for _, secret := range []string{fmt.Sprintf("%x", hash[:4]), fmt.Sprint(hash[:4]), "Hash"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q appears in %s", secret, all)
		}
	}
}

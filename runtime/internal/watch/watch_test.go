package watch

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
	"github.com/authgen-go/authgen/runtime/usage"
)

func TestSummary(t *testing.T) {
	for query, want := range map[string]summary{
		"":         {},
		"SELECT 1": {"SELECT", ""},
		"\n\tSELECT a, b\n\tFROM users\n\tWHERE id = ?":                           {"SELECT", "users"},
		"SELECT s.id FROM auth_sessions s JOIN users u ON u.id = s.user_id":       {"SELECT", "auth_sessions"},
		"SELECT EXISTS (SELECT 1 FROM users WHERE id = $1)":                       {"SELECT", "users"},
		"SELECT EXISTS (SELECT 1 FROM revoked WHERE id = $1), u.id\nFROM users u": {"SELECT", "users"},
		"INSERT INTO auth_keys(id) VALUES (?)":                                    {"INSERT", "auth_keys"},
		"INSERT INTO a (id) SELECT id FROM users":                                 {"INSERT", "a"},
		"UPDATE `order` SET a = 1":                                                {"UPDATE", "order"},
		`delete from "User" where id in (select id from x)`:                       {"DELETE", "User"},
		"DELETE FROM a WHERE id IN (SELECT id FROM b FOR UPDATE SKIP LOCKED)":     {"DELETE", "a"},
		"WITH gone AS (DELETE FROM a RETURNING id) SELECT id FROM gone":           {"WITH", "gone"},
	} {
		if got := summarise(query); got != want {
			t.Errorf("%q is %+v, want %+v", query, got, want)
		}
	}
}

var (
	errThere = errors.New("there is one")
	errGone  = errors.New("connection refused")
)

func TestWatchTellsOfCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []usage.StoreCall
		w := New(System{
			Name:     "sqlite",
			Answered: func(err error) bool { return errors.Is(err, errThere) },
			Away:     func(err error) bool { return errors.Is(err, errGone) },
		}, func(_ context.Context, c usage.StoreCall) { got = append(got, c) })
		for _, c := range []struct {
			err  error
			want string
		}{
			{nil, ""},
			{sql.ErrNoRows, ""},
			{fmt.Errorf("insert: %w", errThere), ""},
			{breaker.ErrBusy, "busy"},
			{breaker.ErrAway, "unavailable"},
			{errGone, "unavailable"},
			{context.Canceled, "canceled"},
			{fmt.Errorf("ask: %w", context.DeadlineExceeded), "timeout"},
			{errors.New("disk full"), "_OTHER"},
		} {
			got = nil
			begin := w.Begin()
			time.Sleep(time.Second)
			w.Query(t.Context(), begin, "SELECT 1 FROM users", c.err)
			want := usage.StoreCall{System: "sqlite", Operation: "SELECT", Collection: "users", Failure: c.want, Took: time.Second}
			if len(got) != 1 || got[0] != want {
				t.Errorf("%v: told %+v, want %+v", c.err, got, want)
			}
		}
		got = nil
		w.Tx(t.Context(), w.Begin(), errors.New("what the transaction was undone for"))
		w.Call(t.Context(), w.Begin(), "find session", errors.New("?"))
		want := []usage.StoreCall{{System: "sqlite", Operation: Transaction}, {System: "sqlite", Operation: "find session", Failure: "_OTHER"}}
		if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("told %+v, want %+v", got, want)
		}
	})
}

func TestNobodyWatches(t *testing.T) {
	w := New(System{Name: "sqlite"}, nil)
	if begin := w.Begin(); !begin.IsZero() {
		t.Errorf("began at %v", begin)
	}
	w.Query(t.Context(), time.Time{}, "SELECT 1", nil)
	w.Tx(t.Context(), time.Time{}, nil)
	w.Call(t.Context(), time.Time{}, "find session", nil)
}

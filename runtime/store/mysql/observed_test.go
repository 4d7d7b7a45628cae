package mysql_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/store/mysql"
	"github.com/authgen-go/authgen/runtime/usage"
)

func TestCallsAreObserved(t *testing.T) {
	db := newDB(t, open(t, urlOf(newDatabase(t))))
	var seen []usage.StoreCall
	db.Observed(func(_ context.Context, c usage.StoreCall) {
		if c.Took <= 0 || c.Took > time.Minute {
			t.Errorf("%+v", c)
		}
		c.Took = 0
		seen = append(seen, c)
	})
	ctx := t.Context()
	made := func(operation, collection, failure string) usage.StoreCall {
		return usage.StoreCall{System: "mysql", Operation: operation, Collection: collection, Failure: failure}
	}
	refused := errors.New("refused")
	ended, cancel := context.WithCancel(ctx)
	cancel()
	for _, c := range []struct {
		name string
		call func() error
		want usage.StoreCall
	}{
		{"insert", func() error { _, err := db.Insert(ctx, insertThing, "a", mysql.Time{}); return err }, made("INSERT", "things", "")},
		{"insert again", func() error { _, err := db.Insert(ctx, insertThing, "a", mysql.Time{}); return err }, made("INSERT", "things", "")},
		{"insert for an id", func() error { _, err := db.InsertID(ctx, returnThing, "b", mysql.Time{}); return err }, made("INSERT", "things", "")},
		{"break a constraint", func() error { _, _ = db.Exec(ctx, renameThing, "a", "b"); return nil }, made("UPDATE", "things", "")},
		{"find nothing", func() error { _ = db.QueryRow(ctx, selectThing, "c").Scan(); return nil }, made("SELECT", "things", "")},
		{"list", func() error { names(t, db); return nil }, made("SELECT", "things", "")},
		{"change many", func() error { return db.ExecEach(ctx, renameThing, [][]any{{"c", "a"}, {"d", "b"}}) }, made("TRANSACTION", "", "")},
		{"keep", func() error {
			return db.InTx(ctx, func(tx *mysql.Tx) error { _, err := tx.Exec(ctx, renameThing, "e", "c"); return err })
		}, made("TRANSACTION", "", "")},
		{"undo", func() error { _ = db.InTx(ctx, func(*mysql.Tx) error { return refused }); return nil }, made("TRANSACTION", "", "")},
		{"go away", func() error { _, _ = db.Exec(ended, renameThing, "f", "e"); return nil }, made("UPDATE", "things", "canceled")},
		{"ask nonsense", func() error { _, _ = db.Exec(ctx, "UPDATE nothings SET name = 'a'"); return nil }, made("UPDATE", "nothings", "_OTHER")},
	} {
		seen = nil
		if err := c.call(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if want := []usage.StoreCall{c.want}; !slices.Equal(seen, want) {
			t.Errorf("%s: seen %+v, want %+v", c.name, seen, want)
		}
	}
}

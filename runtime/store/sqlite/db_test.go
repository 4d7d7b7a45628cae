package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/store/sqlite"
)

const (
	insertThing = `INSERT INTO things (name, at) VALUES (?, ?) ON CONFLICT DO NOTHING`
	returnThing = insertThing + ` RETURNING id`
	renameThing = `UPDATE things SET name = ? WHERE name = ?`
	selectThing = `SELECT id, at FROM things WHERE name = ?`
	listThings  = `SELECT name FROM things ORDER BY id`
)

// things returns a DB with a table of things, and its pool.
func things(t testing.TB, url string) (*sqlite.DB, *sql.DB) {
	t.Helper()
	pool, err := sqlite.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(`CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, at INTEGER)`); err != nil {
		t.Fatal(err)
	}
	db := sqlite.New(pool)
	t.Cleanup(func() {
		if err := errors.Join(db.Close(), pool.Close()); err != nil {
			t.Error(err)
		}
	})
	return db, pool
}

func names(t testing.TB, db *sqlite.DB) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), listThings)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	list := []string{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		list = append(list, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// What a DB and a transaction answer, in the same words.
func TestRunner(t *testing.T) {
	check := func(t *testing.T, r sqlite.Runner) {
		ctx := t.Context()
		at := time.Date(2026, 3, 4, 5, 6, 7, 123456789, time.FixedZone("east", 2*60*60))
		if n, err := r.Insert(ctx, insertThing, "a", sqlite.At(at)); n != 1 || err != nil {
			t.Errorf("insert: %d, %v", n, err)
		}
		if n, err := r.Insert(ctx, insertThing, "a", sqlite.At(at)); n != 0 || err != nil {
			t.Errorf("insert again: %d, %v", n, err)
		}
		if id, err := r.InsertID(ctx, returnThing, "b", sqlite.At(time.Time{})); id != 2 || err != nil {
			t.Errorf("insert and return: %d, %v", id, err)
		}
		if id, err := r.InsertID(ctx, returnThing, "b", nil); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("insert again and return: %d, %v", id, err)
		}
		if n, err := r.Exec(ctx, renameThing, "a", "a"); n != 1 || err != nil {
			t.Errorf("exec that changes nothing: %d, %v; want the row that met the condition", n, err)
		}
		if n, err := r.Exec(ctx, renameThing, "z", "y"); n != 0 || err != nil {
			t.Errorf("exec on nothing: %d, %v", n, err)
		}
		_, err := r.Exec(ctx, renameThing, "a", "b")
		if !sqlite.IsUnique(err) {
			t.Errorf("exec that makes two of one name: %v", err)
		}
		var id int64
		var got sqlite.Time
		if err := r.QueryRow(ctx, selectThing, "a").Scan(&id, &got); err != nil || !got.Equal(at.Truncate(time.Microsecond)) || got.Location() != time.UTC {
			t.Errorf("select: %d, %v, %v", id, got, err)
		}
		if err := r.QueryRow(ctx, selectThing, "b").Scan(&id, &got); err != nil || !got.IsZero() {
			t.Errorf("select no time: %d, %v, %v", id, got, err)
		}
		if err := r.QueryRow(ctx, selectThing, "c").Scan(&id, &got); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("select nothing: %v", err)
		}
	}
	t.Run("on its own", func(t *testing.T) {
		db, _ := things(t, "sqlite::memory:")
		check(t, db)
		if got, want := names(t, db), []string{"a", "b"}; !slices.Equal(got, want) {
			t.Errorf("there are %v, want %v", got, want)
		}
	})
	t.Run("in a transaction", func(t *testing.T) {
		db, _ := things(t, "sqlite::memory:")
		err := db.InTx(t.Context(), func(tx *sqlite.Tx) error {
			check(t, tx)
			return nil
		})
		if got, want := names(t, db), []string{"a", "b"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("there are %v, want %v; %v", got, want, err)
		}
	})
}

func TestInTxIsUndone(t *testing.T) {
	db, pool := things(t, "sqlite::memory:")
	add := func(tx *sqlite.Tx) {
		if n, err := tx.Insert(t.Context(), insertThing, "a", nil); n != 1 || err != nil {
			t.Errorf("insert: %d, %v", n, err)
		}
	}
	verdict := errors.New("verdict")
	if err := db.InTx(t.Context(), func(tx *sqlite.Tx) error { add(tx); return verdict }); !errors.Is(err, verdict) {
		t.Errorf("got %v, want what do returned", err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = db.InTx(t.Context(), func(tx *sqlite.Tx) error { add(tx); panic("do") })
	}()
	ctx, cancel := context.WithCancel(t.Context())
	if err := db.InTx(ctx, func(tx *sqlite.Tx) error { add(tx); cancel(); return nil }); err == nil {
		t.Error("a transaction was kept whose context had ended")
	}
	if got := names(t, db); len(got) != 0 {
		t.Errorf("%v is left", got)
	}
	if used := pool.Stats().InUse; used != 0 {
		t.Errorf("%d connections did not come back", used)
	}
}

func TestExecEachIsWholeOrNothing(t *testing.T) {
	db, _ := things(t, "sqlite::memory:")
	const plain = `INSERT INTO things (name) VALUES (?)`
	if err := db.ExecEach(t.Context(), plain, nil); err != nil {
		t.Error(err)
	}
	if err := db.ExecEach(t.Context(), plain, [][]any{{"a"}, {"b"}, {"a"}}); !sqlite.IsUnique(err) {
		t.Errorf("got %v, want that a exists", err)
	}
	if got := names(t, db); len(got) != 0 {
		t.Errorf("%v is left", got)
	}
	if err := db.ExecEach(t.Context(), plain, [][]any{{"a"}, {"b"}}); err != nil {
		t.Error(err)
	}
	if got, want := names(t, db), []string{"a", "b"}; !slices.Equal(got, want) {
		t.Errorf("there are %v, want %v", got, want)
	}
}

func TestPrepareFailsWhereTablesAreMissing(t *testing.T) {
	db, _ := things(t, "sqlite::memory:")
	if err := db.Prepare(t.Context(), insertThing, selectThing); err != nil {
		t.Error(err)
	}
	if err := db.Prepare(t.Context(), insertThing, `SELECT 1 FROM nowhere`); err == nil {
		t.Error("a query of a table that is not there was prepared")
	}
}

func TestClosedDB(t *testing.T) {
	db, pool := things(t, "sqlite::memory:")
	names(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), renameThing, "a", "b"); err == nil {
		t.Error("a closed DB ran a statement")
	}
	if err := pool.PingContext(t.Context()); err != nil {
		t.Errorf("the pool was closed as well: %v", err)
	}
}

// A pool of one connection is the hardest: who waits for a second one waits for ever.
func TestManyCallersOfAFewConnections(t *testing.T) {
	db, pool := things(t, "sqlite::memory:")
	pool.SetMaxOpenConns(1)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			err := db.InTx(t.Context(), func(tx *sqlite.Tx) error {
				_, err := tx.Insert(t.Context(), insertThing, fmt.Sprint(i), nil)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			var id int64
			var at sqlite.Time
			if err := db.QueryRow(t.Context(), selectThing, fmt.Sprint(i)).Scan(&id, &at); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := names(t, db); len(got) != 50 {
		t.Errorf("%d rows, want 50", len(got))
	}
}

func TestUUIDs(t *testing.T) {
	db, pool := things(t, "sqlite::memory:")
	exec(t, pool, `CREATE TABLE ids (id TEXT PRIMARY KEY)`)
	want := uuid.New()
	if n, err := db.Insert(t.Context(), `INSERT INTO ids VALUES (?)`, want); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	var got uuid.UUID
	if err := db.QueryRow(t.Context(), `SELECT id FROM ids WHERE id = ?`, want).Scan(&got); err != nil || got != want {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

// What the layer costs, beside the statement itself.
func BenchmarkQueryRow(b *testing.B) {
	db, pool := things(b, "sqlite:"+b.TempDir()+"/bench.db")
	if _, err := db.Insert(b.Context(), insertThing, "a", sqlite.At(time.Now())); err != nil {
		b.Fatal(err)
	}
	stmt, err := pool.Prepare(selectThing)
	if err != nil {
		b.Fatal(err)
	}
	defer stmt.Close()
	b.Run("statement", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var id, at int64
			if err := stmt.QueryRowContext(b.Context(), "a").Scan(&id, &at); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("layer", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var id int64
			var at sqlite.Time
			if err := db.QueryRow(b.Context(), selectThing, "a").Scan(&id, &at); err != nil {
				b.Fatal(err)
			}
		}
	})
}

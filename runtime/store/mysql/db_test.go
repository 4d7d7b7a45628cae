package mysql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/store/mysql"
)

const (
	insertThing = `INSERT INTO things (name, at) VALUES (?, ?)`
	returnThing = insertThing
	renameThing = `UPDATE things SET name = ? WHERE name = ?`
	deleteThing = `DELETE FROM things WHERE name = ?`
	selectThing = `SELECT id, at FROM things WHERE name = ?`
	listThings  = `SELECT name FROM things WHERE name >= ? ORDER BY id`
)

func names(t testing.TB, db *mysql.DB) []string {
	t.Helper()
	return list(t, db, "")
}

func list(t testing.TB, db *mysql.DB, from string) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), listThings, from)
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
	check := func(t *testing.T, r mysql.Runner) {
		ctx := t.Context()
		at := time.Date(2026, 3, 4, 5, 6, 7, 123456789, time.FixedZone("east", 2*60*60))
		if n, err := r.Insert(ctx, insertThing, "a", mysql.At(at)); n != 1 || err != nil {
			t.Errorf("insert: %d, %v", n, err)
		}
		if n, err := r.Insert(ctx, insertThing, "a", mysql.At(at)); n != 0 || err != nil {
			t.Errorf("insert again: %d, %v", n, err)
		}
		if id, err := r.InsertID(ctx, returnThing, "b", mysql.At(time.Time{})); id < 1 || err != nil {
			t.Errorf("insert and return: %d, %v", id, err)
		}
		if id, err := r.InsertID(ctx, returnThing, "b", mysql.At(at)); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("insert again and return: %d, %v", id, err)
		}
		if n, err := r.Exec(ctx, renameThing, "a", "a"); n != 1 || err != nil {
			t.Errorf("exec that changes nothing: %d, %v; want the row that met the condition", n, err)
		}
		if n, err := r.Exec(ctx, renameThing, "z", "y"); n != 0 || err != nil {
			t.Errorf("exec on nothing: %d, %v", n, err)
		}
		var id int64
		var got mysql.Time
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
		onPools(t, func(t *testing.T, db *mysql.DB) {
			check(t, db)
			if got, want := names(t, db), []string{"a", "b"}; !slices.Equal(got, want) {
				t.Errorf("there are %v, want %v", got, want)
			}
			if _, err := db.Exec(t.Context(), renameThing, "a", "b"); !mysql.IsUnique(err) {
				t.Errorf("exec that makes two of one name: %v", err)
			}
		})
	})
	t.Run("in a transaction", func(t *testing.T) {
		onPools(t, func(t *testing.T, db *mysql.DB) {
			err := db.InTx(t.Context(), func(tx *mysql.Tx) error {
				check(t, tx)
				return nil
			})
			if got, want := names(t, db), []string{"a", "b"}; err != nil || !slices.Equal(got, want) {
				t.Errorf("there are %v, want %v; %v", got, want, err)
			}
		})
	})
}

func TestInTxIsUndone(t *testing.T) {
	pool := open(t, urlOf(newDatabase(t)))
	db := newDB(t, pool)
	add := func(tx *mysql.Tx) {
		if n, err := tx.Insert(t.Context(), insertThing, "a", mysql.Time{}); n != 1 || err != nil {
			t.Errorf("insert: %d, %v", n, err)
		}
	}
	verdict := errors.New("verdict")
	if err := db.InTx(t.Context(), func(tx *mysql.Tx) error { add(tx); return verdict }); !errors.Is(err, verdict) {
		t.Errorf("got %v, want what do returned", err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = db.InTx(t.Context(), func(tx *mysql.Tx) error { add(tx); panic("do") })
	}()
	ctx, cancel := context.WithCancel(t.Context())
	if err := db.InTx(ctx, func(tx *mysql.Tx) error { add(tx); cancel(); return nil }); err == nil {
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
	onPools(t, func(t *testing.T, db *mysql.DB) {
		const plain = `INSERT INTO things (name) VALUES (?)`
		if err := db.ExecEach(t.Context(), plain, nil); err != nil {
			t.Error(err)
		}
		if err := db.ExecEach(t.Context(), plain, [][]any{{"a"}, {"b"}, {"a"}}); !mysql.IsUnique(err) {
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
	})
}

func TestPrepareFailsWhereTablesAreMissing(t *testing.T) {
	onPools(t, func(t *testing.T, db *mysql.DB) {
		for range 2 {
			if err := db.Prepare(t.Context(), insertThing, selectThing); err != nil {
				t.Error(err)
			}
		}
		if err := db.Prepare(t.Context(), insertThing, `SELECT 1 FROM nowhere`); err == nil {
			t.Error("a query of a table that is not there was prepared")
		}
	})
}

// What may be an argument and a result.
func TestValues(t *testing.T) {
	onPools(t, func(t *testing.T, db *mysql.DB) {
		ctx := t.Context()
		if _, err := db.Exec(ctx, `CREATE TABLE vals (u CHAR(36), tu VARCHAR(36), h VARBINARY(32), s VARCHAR(190), b BOOLEAN, n BIGINT, i INTEGER, at DATETIME(6))`); err != nil {
			t.Fatal(err)
		}
		id, hash := uuid.New(), [32]byte{0, 1, 0xff, '\\', '\''}
		at := mysql.At(time.Date(2026, 3, 29, 1, 30, 0, 999999999, time.UTC))
		n, err := db.Insert(ctx, `INSERT INTO vals VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, id, id.String(), hash[:], `it's "é" 🎉`, true, int64(-1<<63), 7, at)
		if n != 1 || err != nil {
			t.Fatal(n, err)
		}
		var u, tu uuid.UUID
		var h []byte
		var s string
		var b, isNull bool
		var i, j int64
		var when mysql.Time
		err = db.QueryRow(ctx, `SELECT u, tu, h, s, b, n, i, at, at IS NULL FROM vals WHERE u = ? AND h = ? AND n = ? AND b = ? AND at = ? AND s = ?`,
			id, hash[:], int64(-1<<63), true, at, `it's "é" 🎉`).Scan(&u, &tu, &h, &s, &b, &i, &j, &when, &isNull)
		if err != nil {
			t.Fatal(err)
		}
		if u != id || tu != id || [32]byte(h) != hash || s != `it's "é" 🎉` || !b || i != -1<<63 || j != 7 || when != at || isNull {
			t.Error("got", u, tu, h, s, b, i, j, when, isNull)
		}
	})
}

// SECURITY STO-03.
// What is not UTF-8 is in no row, and is not written.
func TestSTO03_UnstorableTexts(t *testing.T) {
	onPools(t, func(t *testing.T, db *mysql.DB) {
		ctx := t.Context()
		if n, err := db.Insert(ctx, insertThing, "a", mysql.Time{}); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		for _, hostile := range []string{"a\xff", "\xffa", "\xc3", "\xed\xa0\x80"} {
			var id int64
			var at mysql.Time
			if err := db.QueryRow(ctx, selectThing, hostile).Scan(&id, &at); !errors.Is(err, sql.ErrNoRows) {
				t.Errorf("select %q: %v", hostile, err)
			}
			if got := list(t, db, hostile); len(got) != 0 {
				t.Errorf("list from %q: %v", hostile, got)
			}
			if n, err := db.Exec(ctx, deleteThing, hostile); n != 0 || err != nil {
				t.Errorf("delete %q: %d, %v", hostile, n, err)
			}
			if n, err := db.Insert(ctx, insertThing, hostile, mysql.Time{}); n != 0 || err == nil {
				t.Errorf("insert %q: %d, %v", hostile, n, err)
			}
			if id, err := db.InsertID(ctx, returnThing, hostile, mysql.Time{}); err == nil || errors.Is(err, sql.ErrNoRows) {
				t.Errorf("insert and return %q: %d, %v", hostile, id, err)
			}
			if err := db.ExecEach(ctx, insertThing, [][]any{{"z", mysql.Time{}}, {hostile, mysql.Time{}}}); err == nil {
				t.Errorf("insert %q among others", hostile)
			}
		}
		long := strings.Repeat("x", 1<<16)
		for _, odd := range []string{"'; DROP TABLE things; --", `"?" \' \\`, "🎉 ", "a ", " a", "A", "a\x00", long} {
			var id int64
			var at mysql.Time
			if err := db.QueryRow(ctx, selectThing, odd).Scan(&id, &at); !errors.Is(err, sql.ErrNoRows) {
				t.Errorf("select %.20q: %v", odd, err)
			}
		}
		if got := names(t, db); !slices.Equal(got, []string{"a"}) {
			t.Errorf("there are %q", got)
		}
	})
}

// SECURITY F-16.
// Two transactions that wait for each other are both done, and the one that was undone is
// begun anew.
func TestF16_DeadlockIsDoneAgain(t *testing.T) {
	db := newDB(t, open(t, urlOf(newDatabase(t))))
	ctx := t.Context()
	for _, name := range []string{"a", "b"} {
		if _, err := db.Insert(ctx, insertThing, name, mysql.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	const touch = `UPDATE things SET at = UTC_TIMESTAMP(6) WHERE name = ?`
	var both, all sync.WaitGroup
	both.Add(2)
	var mu sync.Mutex
	runs := 0
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		all.Go(func() {
			first := true
			err := db.InTx(ctx, func(tx *mysql.Tx) error {
				mu.Lock()
				runs++
				mu.Unlock()
				if n, err := tx.Exec(ctx, touch, order[0]); n != 1 || err != nil {
					return fmt.Errorf("%d rows: %w", n, err)
				}
				if first { // both hold one and want the other
					first = false
					both.Done()
					both.Wait()
				}
				_, err := tx.Exec(ctx, touch, order[1])
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if runs < 3 {
		t.Errorf("%d runs, want at least 3", runs)
	}
}

// SECURITY F-16.
// Who waits for a lock that is held for a while gets it, and who waits for one that is
// held for ever is told so within the deadline.
func TestF16_LockWaitIsDoneAgain(t *testing.T) {
	pool := open(t, urlOf(newDatabase(t)))
	db := newDB(t, pool)
	if _, err := db.Insert(t.Context(), insertThing, "a", mysql.Time{}); err != nil {
		t.Fatal(err)
	}
	hold, err := pool.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hold.Exec(renameThing, "b", "a"); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(1500*time.Millisecond, func() { _ = hold.Rollback() }) // more than one wait
	defer timer.Stop()
	if n, err := db.Exec(t.Context(), renameThing, "c", "a"); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if hold, err = pool.Begin(); err != nil {
		t.Fatal(err)
	}
	defer hold.Rollback()
	if _, err := hold.Exec(renameThing, "d", "c"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	begin := time.Now()
	if n, err := db.Exec(ctx, renameThing, "e", "c"); err == nil {
		t.Errorf("%d, %v; want an error", n, err)
	}
	if took := time.Since(begin); took > 2200*time.Millisecond {
		t.Errorf("it took %v", took)
	}
}

// A transaction sees what others have done since it began.
func TestTransactionsReadCommitted(t *testing.T) {
	onPools(t, func(t *testing.T, db *mysql.DB) {
		ctx := t.Context()
		err := db.InTx(ctx, func(tx *mysql.Tx) error {
			var id int64
			var at mysql.Time
			if err := tx.QueryRow(ctx, selectThing, "a").Scan(&id, &at); !errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("before: %w", err)
			}
			if _, err := db.Insert(ctx, insertThing, "a", mysql.Time{}); err != nil {
				return err
			}
			return tx.QueryRow(ctx, selectThing, "a").Scan(&id, &at)
		})
		if err != nil {
			t.Error(err)
		}
	})
}

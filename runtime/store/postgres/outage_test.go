package postgres_test

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/store/postgres"
)

// behind returns a DB whose server is behind a proxy, and both.
func behind(t *testing.T) (*postgres.DB, *pgxpool.Pool, *servertest.Proxy) {
	t.Helper()
	d := newDatabase(t)
	host, err := url.Parse(d.url.String())
	if err != nil {
		t.Fatal(err)
	}
	proxy := servertest.NewProxy(t, host.Host)
	pool := d.at(proxy.Addr()).open(t)
	db := postgres.New(pool)
	if _, err := db.Insert(t.Context(), insertThing, "a", postgres.Time{}); err != nil {
		t.Fatal(err)
	}
	return db, pool, proxy
}

// find is a call as a store makes it, with its deadline.
func find(ctx context.Context, db *postgres.DB) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var id int64
	var at postgres.Time
	return db.QueryRow(ctx, selectThing, "a").Scan(&id, &at)
}

// longest returns the longest of n calls, all of which have to fail.
func longest(t *testing.T, db *postgres.DB, n int) time.Duration {
	t.Helper()
	var most time.Duration
	for range n {
		begin := time.Now()
		if err := find(t.Context(), db); err == nil {
			t.Fatal("a database that is away answered")
		}
		most = max(most, time.Since(begin))
	}
	return most
}

// returns waits for the first answer and returns how long that took.
func returns(t *testing.T, db *postgres.DB) time.Duration {
	t.Helper()
	begin := time.Now()
	servertest.Settles(t, "the database is back", func() bool { return find(t.Context(), db) == nil })
	return time.Since(begin)
}

// SECURITY F-01.
func TestF01_RefusedConnections(t *testing.T) {
	db, pool, proxy := behind(t)
	proxy.Down()
	if took := longest(t, db, 100); took > time.Second {
		t.Errorf("a call took %v", took)
	}
	begin := time.Now()
	for range 1000 {
		if err := find(t.Context(), db); !errors.Is(err, breaker.ErrAway) {
			t.Fatalf("got %v, want that the database is away", err)
		}
	}
	if took := time.Since(begin); took > 200*time.Millisecond {
		t.Errorf("1000 calls took %v", took)
	}
	proxy.Up()
	// SECURITY F-10.
	if took := returns(t, db); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if used := pool.Stat().AcquiredConns(); used != 0 {
		t.Errorf("%d connections did not come back", used)
	}
}

// SECURITY F-08.
func TestF08_HungServer(t *testing.T) {
	db, pool, proxy := behind(t)
	empty := func() {
		pool.Reset()
		servertest.Settles(t, "connections have ended", func() bool { return proxy.Conns() == 0 })
	}
	empty()
	settled := servertest.Goroutines(t)
	proxy.Hang()
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			begin := time.Now()
			if err := find(t.Context(), db); err == nil {
				t.Error("a hung server answered")
			}
			if took := time.Since(begin); took > 2500*time.Millisecond {
				t.Errorf("a call took %v", took)
			}
		})
	}
	all.Wait()
	begin := time.Now()
	for range 1000 { // one of them finds out
		if err := find(t.Context(), db); err == nil {
			t.Fatal("a hung server answered")
		}
	}
	if took := time.Since(begin); took > 1500*time.Millisecond {
		t.Errorf("1000 calls took %v", took)
	}
	proxy.Resume()
	// SECURITY F-10.
	if took := returns(t, db); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	servertest.Settles(t, "connections have come back", func() bool { return pool.Stat().AcquiredConns() == 0 })
	empty()
	settled()
}

// SECURITY F-10.
// The connections of a server that was restarted are of no use, and do no harm.
func TestF10_CutConnections(t *testing.T) {
	db, _, proxy := behind(t)
	for range 3 {
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { _ = find(t.Context(), db) })
		}
		all.Wait()
		proxy.Cut()
		if took := returns(t, db); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
	}
}

// A client that goes away gets its connection back to the pool, or out of it, at once,
// and says nothing about the database.
func TestCancelledCalls(t *testing.T) {
	pool := newDatabase(t).open(t)
	db := postgres.New(pool)
	settled := servertest.Goroutines(t)
	for range 30 {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Millisecond, cancel)
		begin := time.Now()
		if _, err := db.Exec(ctx, `SELECT pg_sleep(10)`); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(begin); took > time.Second {
			t.Errorf("it took %v", took)
		}
	}
	if _, err := db.Exec(t.Context(), `SELECT 1`); err != nil {
		t.Error(err)
	}
	servertest.Settles(t, "connections have come back", func() bool { return pool.Stat().AcquiredConns() == 0 })
	settled()
}

// SECURITY F-12.
// Where nobody knows whether a transaction was kept it is not done again.
func TestF12_LostAnswersAreNotRepeated(t *testing.T) {
	db, _, proxy := behind(t)
	runs := 0
	err := db.InTx(t.Context(), func(tx *postgres.Tx) error {
		runs++
		_, err := tx.Insert(t.Context(), insertThing, "b", postgres.Time{})
		proxy.Cut()
		return err
	})
	if err == nil || runs != 1 {
		t.Errorf("%d runs, %v; want one that failed", runs, err)
	}
	returns(t, db)
}

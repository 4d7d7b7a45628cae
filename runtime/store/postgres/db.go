package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
	"github.com/authgen-go/authgen/runtime/internal/described"
	"github.com/authgen-go/authgen/runtime/internal/retry"
	"github.com/authgen-go/authgen/runtime/internal/sqldb"
	"github.com/authgen-go/authgen/runtime/internal/watch"
	"github.com/authgen-go/authgen/runtime/usage"
)

// A DB is the layer between the generated stores and a pool that was opened with [Open]
// or passes [Check]. It is safe for concurrent use. See the package for what becomes of
// its calls while the database is away or slow.
//
// Arguments and results are bool, int64, string, []byte, uuid.UUID and [Time]. A text that
// PostgreSQL cannot hold, since it has a NUL or is not UTF-8, is in no row: to look for it
// finds nothing, and to write it is an error.
type DB struct {
	pool    *pgxpool.Pool
	breaker *breaker.Breaker
	kept    described.Keeper[*Tx] // of events; keeps none until KeepEvents
	watch   *watch.Watch          // nil: nobody wants to know
}

// New returns the DB of a pool, which stays the caller's to close. It is one DB for all
// stores: only what all calls tell of the database is known soon.
func New(pool *pgxpool.Pool) *DB {
	return &DB{pool: pool, breaker: breaker.New(breaker.Config{Away: away, InFlight: int(pool.Config().MaxConns)})}
}

// Observed has o told how long calls take, and returns db. Call it before db is used.
func (db *DB) Observed(o usage.StoreObserver) *DB {
	db.watch = watch.New(watch.System{
		Name: "postgresql", Answered: func(err error) bool { return IsUnique(err) || unstorable(err) }, Away: away,
	}, o)
	return db
}

// Close does nothing: the connections hold what is prepared, and the pool those.
func (db *DB) Close() error { return nil }

// do is what every call goes through.
func (db *DB) do(ctx context.Context, call func(context.Context) error) error {
	return db.breaker.Do(ctx, func(ctx context.Context) error { return retry.Do(ctx, again, call) })
}

// Prepare has the database look at queries. The error says that one of them cannot be
// run, as when a table is missing.
func (db *DB) Prepare(ctx context.Context, queries ...string) error {
	return db.do(ctx, func(ctx context.Context) error {
		conn, err := db.pool.Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release()
		for _, query := range queries {
			// Without a name nothing stays behind on the connection.
			if _, err := conn.Conn().PgConn().Prepare(ctx, "", query, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// QueryRow returns the first row that query selects. The query is run by its Scan.
func (db *DB) QueryRow(ctx context.Context, query string, args ...any) Row {
	return Row{ctx: ctx, db: db, query: query, args: args}
}

// Query returns the rows that query selects; the caller closes them.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	begin := db.watch.Begin()
	var rows *Rows
	err := db.do(ctx, func(context.Context) error { // the rows outlive a shorter one
		asked, err := db.pool.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		// What is wrong with a query shows with its first row.
		rows = &Rows{rows: asked, ahead: asked.Next()}
		return asked.Err()
	})
	db.watch.Query(ctx, begin, query, err)
	if unstorable(err) {
		return &Rows{}, nil
	}
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// Exec runs a statement and returns how many rows met its condition.
func (db *DB) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if c := db.kept.Change(ctx); c != nil {
		return db.kept.Count(ctx, c, func(tx *Tx) (int64, error) { return tx.Exec(ctx, query, args...) })
	}
	begin := db.watch.Begin()
	var n int64
	err := db.do(ctx, func(ctx context.Context) error {
		tag, err := db.pool.Exec(ctx, query, args...)
		n = tag.RowsAffected()
		return err
	})
	db.watch.Query(ctx, begin, query, err)
	return met(query, n, err)
}

// Insert runs an INSERT and returns how many rows were added: 0 where a row with the same
// key is there already, for which the text has to say ON CONFLICT DO NOTHING.
func (db *DB) Insert(ctx context.Context, query string, args ...any) (int64, error) {
	return db.Exec(ctx, query, args...)
}

// InsertID runs an INSERT of one row and returns the id that the database gave it, for
// which the text has to say RETURNING. The error is sql.ErrNoRows where a row with the
// same key is there already and the text says ON CONFLICT DO NOTHING.
func (db *DB) InsertID(ctx context.Context, query string, args ...any) (int64, error) {
	if c := db.kept.Change(ctx); c != nil {
		return db.kept.Make(ctx, c, func(tx *Tx) (int64, error) { return tx.InsertID(ctx, query, args...) })
	}
	return scanID(db.QueryRow(ctx, query, args...))
}

// ExecEach runs a statement once with each of args, all of it or nothing, in one round
// trip.
func (db *DB) ExecEach(ctx context.Context, query string, args [][]any) error {
	if len(args) == 0 {
		return nil
	}
	begin := db.watch.Begin()
	err := db.do(ctx, func(ctx context.Context) error {
		batch := new(pgx.Batch) // is a transaction
		for _, a := range args {
			batch.Queue(query, a...)
		}
		return db.pool.SendBatch(ctx, batch).Close()
	})
	db.watch.Tx(ctx, begin, err)
	return err
}

// InTx runs do in a transaction, which is kept if do returns nil and undone if it returns
// an error, which InTx returns, or panics. The transaction is READ COMMITTED. After a
// serialisation failure or a deadlock do is run again, so it begins with what it was
// called with.
func (db *DB) InTx(ctx context.Context, do func(tx *Tx) error) error {
	if c := db.kept.Change(ctx); c != nil {
		return db.kept.Run(ctx, c, do)
	}
	return db.inTx(ctx, do)
}

func (db *DB) inTx(ctx context.Context, do func(tx *Tx) error) error {
	begin := db.watch.Begin()
	err := db.do(ctx, func(ctx context.Context) error {
		return pgx.BeginTxFunc(ctx, db.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
			return do(&Tx{tx})
		})
	})
	db.watch.Tx(ctx, begin, err)
	return err
}

// A Tx is a transaction in progress. It is for one goroutine, and until do returns. After
// an error of the database it can only be undone.
type Tx struct{ tx pgx.Tx }

// QueryRow is like [DB.QueryRow].
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) Row {
	return Row{ctx: ctx, tx: tx.tx, query: query, args: args}
}

// Exec is like [DB.Exec].
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := tx.tx.Exec(ctx, query, args...)
	return met(query, tag.RowsAffected(), err)
}

// Insert is like [DB.Insert].
func (tx *Tx) Insert(ctx context.Context, query string, args ...any) (int64, error) {
	return tx.Exec(ctx, query, args...)
}

// InsertID is like [DB.InsertID].
func (tx *Tx) InsertID(ctx context.Context, query string, args ...any) (int64, error) {
	id, err := scanID(tx.QueryRow(ctx, query, args...))
	return described.Identified(ctx, id, err)
}

// A Runner runs statements: a [DB] each on its own, a [Tx] in its transaction.
type Runner interface {
	QueryRow(ctx context.Context, query string, args ...any) Row
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	Insert(ctx context.Context, query string, args ...any) (int64, error)
	InsertID(ctx context.Context, query string, args ...any) (int64, error)
}

var _, _ Runner = (*DB)(nil), (*Tx)(nil)

// met is the answer of a statement: where a text can be in no row none met the condition.
// To add such a row is another matter.
func met(query string, n int64, err error) (int64, error) {
	if unstorable(err) && !needs(query) {
		return 0, nil
	}
	return n, err
}

// needs reports whether what a statement does is more than to look for a text: to add it,
// or to mean all that do not have it.
func needs(query string) bool {
	return sqldb.Verb(query) == "INSERT" || sqldb.Excludes(query)
}

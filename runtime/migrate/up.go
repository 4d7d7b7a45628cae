package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Up applies the migrations in files that db does not have yet, in order, each with its
// version noted in the table that the format says. Other processes that call it, and
// golang-migrate itself, wait until it is done. db must be a pool that package sqlite,
// postgres (through pgx/stdlib) or mysql of the runtime would take.
//
// On PostgreSQL and SQLite a migration and its version are one transaction, unless the
// file of dbmate or atlas says otherwise, so that half of one is never there; what
// cannot be in a transaction, such as an index that is built concurrently, is for the
// tool. On MySQL, whose statements about tables are no part of a transaction, a
// migration that fails leaves what was done before; in all formats but dbmate's this is
// noted, and every next call fails until somebody has undone it by hand. Statements of
// MySQL end with a semicolon; one that has others inside, as the body of a procedure
// does, cannot be told apart.
//
// With golang-migrate, migrations older than the version that the database has are not
// applied, as the tool does not apply them.
//
// A database that is newer than files, that was left half migrated, or in which a
// migration fails, gives a *MismatchError.
func Up(ctx context.Context, db *sql.DB, d Dialect, f Format, files fs.FS) error {
	if err := up(ctx, db, d, f, files); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func up(ctx context.Context, db *sql.DB, d Dialect, f Format, files fs.FS) (err error) {
	steps, err := read(files, f)
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	release, err := lock(ctx, conn, d, f.table())
	if err != nil {
		return err
	}
	// The lock goes even if the caller has given up.
	defer func() { err = errors.Join(err, release(context.WithoutCancel(ctx))) }()

	r := runner{conn: conn, dialect: d, format: f, ledger: ledgerOf(d, f), steps: steps}
	if err := r.prepare(ctx); err != nil {
		return err
	}
	for more := true; more; {
		if more, err = r.next(ctx); err != nil {
			return err
		}
	}
	return nil
}

// A runner applies migrations through one connection.
type runner struct {
	conn    *sql.Conn
	dialect Dialect
	format  Format
	ledger  ledger
	steps   []step
}

// prepare makes the table of versions unless it is there.
func (r runner) prepare(ctx context.Context) error {
	there, err := r.dialect.has(ctx, r.conn, r.format.table())
	if err == nil && !there {
		err = r.ledger.create(ctx, r.conn)
	}
	if err != nil {
		return fmt.Errorf("create %s: %w", r.format.table(), err)
	}
	return nil
}

// next applies the first migration that is missing and reports whether there was one.
func (r runner) next(ctx context.Context) (more bool, err error) {
	var have state
	var s step
	alone := false
	err = r.inTx(ctx, func(tx querier) error {
		if have, err = r.load(ctx, tx); err != nil {
			return err
		}
		if s, more = r.missing(have); !more {
			return nil
		}
		if alone = !s.whole || !r.dialect.whole(); alone {
			return r.ledger.begin(ctx, tx, s.version)
		}
		if err := r.run(ctx, tx, s, have); err != nil {
			return err
		}
		return r.ledger.end(ctx, tx, s.version)
	})
	if err != nil || !alone {
		return more, err
	}
	if err := r.run(ctx, r.conn, s, have); err != nil {
		return false, err
	}
	return true, r.inTx(ctx, func(tx querier) error { return r.ledger.end(ctx, tx, s.version) })
}

func (r runner) run(ctx context.Context, q querier, s step, have state) error {
	for _, statement := range r.dialect.statements(s.text) {
		if _, err := q.ExecContext(ctx, statement); err != nil {
			return r.mismatch(have, "migration "+s.file+" failed", err)
		}
	}
	return nil
}

// missing is the first migration that the database does not have.
func (r runner) missing(have state) (step, bool) {
	for _, s := range r.steps {
		if !have.done(s.version) {
			return s, true
		}
	}
	return step{}, false
}

// load asks the ledger, and refuses what the migrations would not have left.
func (r runner) load(ctx context.Context, q querier) (state, error) {
	have, err := r.ledger.load(ctx, q)
	if err != nil {
		return state{}, fmt.Errorf("read %s, which has to be as %s makes it: %w", r.format.table(), r.format, err)
	}
	switch {
	case have.unfinished != "":
		return have, r.mismatch(have, fmt.Sprintf("migration %s was begun and not finished; %s", have.unfinished, r.mend(have.unfinished)), nil)
	case compareVersions(have.newest, r.newest()) > 0:
		return have, r.mismatch(have, Newer, nil)
	case r.format == GolangMigrate && have.newest != none && !r.knows(have.newest):
		return have, r.mismatch(have, "the program has no migration of the database's version", nil)
	}
	return have, nil
}

// mend says what to do about a migration that was left half done.
func (r runner) mend(version string) string {
	if r.format == GolangMigrate {
		return "undo by hand what it did, and set the version before it with `migrate force`"
	}
	return fmt.Sprintf("undo by hand what it did, and delete the row of version %s from %s", version, r.format.table())
}

func (r runner) newest() string {
	if len(r.steps) == 0 {
		return none
	}
	return r.steps[len(r.steps)-1].version
}

func (r runner) knows(version string) bool {
	for _, s := range r.steps {
		if compareVersions(s.version, version) == 0 {
			return true
		}
	}
	return false
}

func (r runner) mismatch(have state, reason string, err error) error {
	return &MismatchError{Database: have.newest, Program: r.newest(), Reason: reason, Err: err}
}

// inTx commits when do succeeds, and undoes what it did otherwise.
func (r runner) inTx(ctx context.Context, do func(tx querier) error) error {
	tx, err := r.begin(ctx)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	if err := do(tx); err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			err = errors.Join(err, fmt.Errorf("undo: %w", undo))
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// lockedPause is how long to wait before SQLite is asked again, which itself has waited
// for its busy_timeout.
const lockedPause = 10 * time.Millisecond

// begin opens a transaction. On SQLite it waits for as long as another one writes, which
// a migration of much data does for longer than a statement has patience.
func (r runner) begin(ctx context.Context) (*sql.Tx, error) {
	for {
		tx, err := r.conn.BeginTx(ctx, nil)
		if err == nil || r.dialect != SQLite || !strings.Contains(err.Error(), "locked") {
			return tx, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), err)
		case <-time.After(lockedPause):
		}
	}
}

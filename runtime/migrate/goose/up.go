package goose

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/authgen-go/authgen/runtime/migrate"
)

// Up applies the migrations in files that db does not have yet, in order. Files are
// goose's; those that are not SQL are not looked at.
//
// On PostgreSQL and SQLite a migration is done as a whole or not at all, unless it says
// otherwise; on MySQL, whose statements about tables are no part of a transaction, one
// that fails leaves what was done before, and every next call fails until somebody has
// undone that by hand. Such an error, and one for a database that is newer than files,
// is a *migrate.MismatchError.
func Up(ctx context.Context, db *sql.DB, d migrate.Dialect, files fs.FS) error {
	provider, err := newProvider(db, d, files)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := up(ctx, provider, d); err != nil {
		return fmt.Errorf("migrate: %w", explain(ctx, provider, err))
	}
	have, want, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if have > want {
		return fmt.Errorf("migrate: %w", mismatch(have, want, migrate.Newer, nil))
	}
	return nil
}

func newProvider(db *sql.DB, d migrate.Dialect, files fs.FS) (*goose.Provider, error) {
	dialects := map[migrate.Dialect]goose.Dialect{
		migrate.SQLite: goose.DialectSQLite3, migrate.Postgres: goose.DialectPostgres, migrate.MySQL: goose.DialectMySQL,
	}
	locker, err := lockerFor(d)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if locker != nil {
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(dialects[d], db, files, options...)
}

// up applies what is missing. On SQLite, where there is no lock, another process may be
// faster with a migration, or with goose's own table: the next try finds it done. On MySQL
// that table is there a moment before its first row, without which goose does nothing, and
// looks before it takes the lock.
func up(ctx context.Context, provider *goose.Provider, d migrate.Dialect) error {
	tries, pause := 1, time.Duration(0)
	switch d {
	case migrate.SQLite:
		tries = len(provider.ListSources()) + 2
	case migrate.MySQL:
		tries, pause = 40, 50*time.Millisecond
	}
	var err error
	for range tries {
		if _, err = provider.Up(ctx); err == nil || ctx.Err() != nil || d == migrate.MySQL && !early(err) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
	return err
}

// early reports whether goose has met its own table without the first row. It has no other
// name for that; it is not asked where a migration has failed.
func early(err error) bool {
	var partial *goose.PartialError
	return !errors.As(err, &partial) && strings.Contains(err.Error(), "missing zero version")
}

// explain adds to the error of a migration that failed which versions are involved.
func explain(ctx context.Context, provider *goose.Provider, err error) error {
	var partial *goose.PartialError
	if !errors.As(err, &partial) || partial.Failed == nil || partial.Failed.Source == nil {
		return err
	}
	have, want, again := provider.GetVersions(ctx)
	if again != nil {
		return err
	}
	return mismatch(have, want, fmt.Sprintf("migration %d failed", partial.Failed.Source.Version), partial.Err)
}

func mismatch(have, want int64, reason string, err error) error {
	return &migrate.MismatchError{
		Database: strconv.FormatInt(have, 10), Program: strconv.FormatInt(want, 10), Reason: reason, Err: err,
	}
}

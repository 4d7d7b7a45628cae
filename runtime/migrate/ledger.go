package migrate

import (
	"context"
	"fmt"
)

// A ledger is the table of versions in the way of one tool. Its methods are called
// within transactions, except create.
type ledger interface {
	// create makes the table.
	create(ctx context.Context, q querier) error
	load(ctx context.Context, q querier) (state, error)
	// begin notes a migration that may be left half done.
	begin(ctx context.Context, q querier, version string) error
	// end notes that a migration is done, begun or not.
	end(ctx context.Context, q querier, version string) error
}

// A state is what a ledger says.
type state struct {
	newest     string // the version of the newest migration, none without one
	unfinished string // one that was begun and not done; "" for none
	done       func(version string) bool
}

// ledgerOf returns the ledger of a format.
func ledgerOf(d Dialect, f Format) ledger {
	switch f {
	case GolangMigrate:
		return single{d, f.table()}
	case Dbmate:
		return list{d, f.table()}
	default:
		return marked{d, f.table()}
	}
}

// single keeps the newest version alone, and whether it is done, as golang-migrate does.
type single struct {
	dialect Dialect
	table   string
}

func (l single) create(ctx context.Context, q querier) error {
	statements := []string{"CREATE TABLE " + l.table + " (version bigint not null primary key, dirty boolean not null)"}
	if l.dialect == SQLite {
		statements = []string{
			"CREATE TABLE IF NOT EXISTS " + l.table + " (version uint64,dirty bool)",
			"CREATE UNIQUE INDEX IF NOT EXISTS version_unique ON " + l.table + " (version)",
		}
	}
	return execAll(ctx, q, statements...)
}

func (l single) load(ctx context.Context, q querier) (state, error) {
	s := state{newest: none, done: func(string) bool { return false }}
	err := each(ctx, q, "SELECT version, dirty FROM "+l.table, func(scan func(...any) error) error {
		var version int64
		var dirty bool
		if err := scan(&version, &dirty); err != nil {
			return err
		}
		s.newest = number(fmt.Sprint(max(version, 0)))
		s.done = func(other string) bool { return compareVersions(other, s.newest) <= 0 }
		if dirty {
			s.unfinished = fmt.Sprint(version)
		}
		return nil
	})
	return s, err
}

func (l single) begin(ctx context.Context, q querier, version string) error {
	return l.replace(ctx, q, version, true)
}

func (l single) end(ctx context.Context, q querier, version string) error {
	return l.replace(ctx, q, version, false)
}

func (l single) replace(ctx context.Context, q querier, version string, dirty bool) error {
	if _, err := q.ExecContext(ctx, "DELETE FROM "+l.table); err != nil {
		return err
	}
	insert := fmt.Sprintf("INSERT INTO %s (version, dirty) VALUES (%s, %s)", l.table, l.dialect.parameter(1), l.dialect.parameter(2))
	n, err := parseVersion(version)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, insert, n, dirty)
	return err
}

// list keeps the versions that are done, as dbmate does.
type list struct {
	dialect Dialect
	table   string
}

func (l list) create(ctx context.Context, q querier) error {
	kind := "varchar(128)"
	if l.dialect == Postgres {
		kind = "varchar"
	}
	return execAll(ctx, q, "create table if not exists "+l.table+" (version "+kind+" primary key)")
}

func (l list) load(ctx context.Context, q querier) (state, error) {
	done, newest := map[string]bool{}, none
	err := each(ctx, q, "SELECT version FROM "+l.table, func(scan func(...any) error) error {
		var version string
		if err := scan(&version); err != nil {
			return err
		}
		done[version] = true
		if compareVersions(version, newest) > 0 {
			newest = version
		}
		return nil
	})
	return state{newest: newest, done: func(version string) bool { return done[version] }}, err
}

func (list) begin(context.Context, querier, string) error { return nil }

func (l list) end(ctx context.Context, q querier, version string) error {
	_, err := q.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s (version) VALUES (%s)", l.table, l.dialect.parameter(1)), version)
	return err
}

// marked keeps every version, and whether it is done.
type marked struct {
	dialect Dialect
	table   string
}

func (l marked) create(ctx context.Context, q querier) error {
	return execAll(ctx, q, "CREATE TABLE IF NOT EXISTS "+l.table+" (version VARCHAR(128) NOT NULL PRIMARY KEY, done BOOLEAN NOT NULL)")
}

func (l marked) load(ctx context.Context, q querier) (state, error) {
	s, done := state{newest: none}, map[string]bool{}
	err := each(ctx, q, "SELECT version, done FROM "+l.table, func(scan func(...any) error) error {
		var version string
		var finished bool
		if err := scan(&version, &finished); err != nil {
			return err
		}
		done[version] = finished
		if !finished {
			s.unfinished = version
		} else if compareVersions(version, s.newest) > 0 {
			s.newest = version
		}
		return nil
	})
	s.done = func(version string) bool { return done[version] }
	return s, err
}

func (l marked) begin(ctx context.Context, q querier, version string) error {
	return l.note(ctx, q, version, false)
}

func (l marked) end(ctx context.Context, q querier, version string) error {
	return l.note(ctx, q, version, true)
}

func (l marked) note(ctx context.Context, q querier, version string, done bool) error {
	if _, err := q.ExecContext(ctx, fmt.Sprintf("DELETE FROM %s WHERE version = %s", l.table, l.dialect.parameter(1)), version); err != nil {
		return err
	}
	insert := fmt.Sprintf("INSERT INTO %s (version, done) VALUES (%s, %s)", l.table, l.dialect.parameter(1), l.dialect.parameter(2))
	_, err := q.ExecContext(ctx, insert, version, done)
	return err
}

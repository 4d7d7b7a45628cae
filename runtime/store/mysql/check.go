package mysql

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Check refuses a database that lacks what the stores rely on, and names it: MySQL 8.0.13
// or MariaDB 10.6; a server that takes writes, as one that follows another may not know
// yet what has been revoked (SECURITY F-17); connections that refuse values which do not
// fit, that use utf8mb4, commit each statement and count the rows that met a condition,
// also those that it did not change. Pools of [Open] pass. Times are read rightly with
// parseTime and without, and with it in any loc whose clocks are never put forward.
//
// The count of rows is tried out with a temporary table, where the user may make one.
func Check(ctx context.Context, pool *sql.DB) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("check mysql database: %w", err)
	}
	defer func() { _ = conn.Close() }() // goes back to the pool
	for _, check := range []func(context.Context, *sql.Conn) error{checkServer, checkSession, checkLocation, checkMatched} {
		if err := check(ctx, conn); err != nil {
			return fmt.Errorf("check mysql database: %w", err)
		}
	}
	return nil
}

func checkServer(ctx context.Context, conn *sql.Conn) error {
	var version, readOnly, innodb string
	err := conn.QueryRowContext(ctx, "SELECT VERSION(), @@global.read_only, @@global.innodb_read_only").Scan(&version, &readOnly, &innodb)
	if err != nil {
		return err
	}
	if err := checkVersion(version); err != nil {
		return err
	}
	if !isOff(readOnly) || !isOff(innodb) {
		return errors.New("the server is read-only: name the primary")
	}
	return nil
}

func isOff(setting string) bool { return setting == "0" || strings.EqualFold(setting, "OFF") }

// checkVersion takes "8.0.36-0ubuntu0.22.04.1" and "10.11.6-MariaDB-0+deb12u1".
func checkVersion(version string) error {
	least := [3]int{8, 0, 13}
	name := "MySQL 8.0.13"
	if strings.Contains(version, "MariaDB") {
		least, name = [3]int{10, 6, 0}, "MariaDB 10.6"
		version = strings.TrimPrefix(version, "5.5.5-") // from before there was a 10
	}
	number, _, _ := strings.Cut(version, "-")
	for i, part := range strings.SplitN(number, ".", 3) {
		n, err := strconv.Atoi(part)
		switch {
		case err != nil || n < least[i]:
			return fmt.Errorf("the server is of version %s: %s or later is required", version, name)
		case n > least[i]:
			return nil
		}
	}
	return nil
}

func checkSession(ctx context.Context, conn *sql.Conn) error {
	var mode, client string
	var autocommit bool
	err := conn.QueryRowContext(ctx, "SELECT @@sql_mode, @@character_set_client, @@autocommit").Scan(&mode, &client, &autocommit)
	switch {
	case err != nil:
		return err
	case !strings.Contains(mode, "STRICT_TRANS_TABLES") && !strings.Contains(mode, "STRICT_ALL_TABLES"):
		return errors.New("sql_mode is not strict, so values that do not fit would be cut: add STRICT_ALL_TABLES")
	case client != "utf8mb4":
		return fmt.Errorf("the connection uses %s: it must use utf8mb4", client)
	case !autocommit:
		return errors.New("autocommit is off: it must be on")
	default:
		return nil
	}
}

// checkLocation refuses a loc in which there are times that no clock shows: the driver
// would make others of them, and nobody could tell which they were.
func checkLocation(ctx context.Context, conn *sql.Conn) error {
	var now any
	if err := conn.QueryRowContext(ctx, "SELECT UTC_TIMESTAMP(6)").Scan(&now); err != nil {
		return err
	}
	read, ok := now.(time.Time)
	if !ok {
		return nil // parseTime is off
	}
	const step = 24 * time.Hour
	for at := read; at.Before(read.AddDate(2, 0, 0)); at = at.Add(step) {
		_, before := at.Zone()
		if _, after := at.Add(step).Zone(); after > before {
			return fmt.Errorf("the clocks of loc=%s are put forward, so that an hour a year is misread: leave loc out, or parseTime", read.Location())
		}
	}
	return nil
}

// checkMatched finds out what the driver counts, which it does not tell.
func checkMatched(ctx context.Context, conn *sql.Conn) error {
	table := "authgen_check_" + strings.ToLower(rand.Text())
	_, err := conn.ExecContext(ctx, "CREATE TEMPORARY TABLE "+table+" (n INT NOT NULL) SELECT 1 AS n")
	if isDenied(err) {
		return nil
	}
	if err != nil {
		return err
	}
	result, err := conn.ExecContext(ctx, "UPDATE "+table+" SET n = 1")
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if n != 1 {
		return errors.New("rows that a statement met are not counted unless it changed them: set clientFoundRows=true")
	}
	_, err = conn.ExecContext(ctx, "DROP TEMPORARY TABLE "+table)
	return err
}

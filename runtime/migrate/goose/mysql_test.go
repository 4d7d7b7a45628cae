package goose_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/migrate"
	"github.com/authgen-go/authgen/runtime/migrate/goose"
	"github.com/authgen-go/authgen/runtime/store/mysql/mysqltest"
)

// Another process has made goose's table and is about to write its first row.
// SECURITY STO-04.
func TestSTO04_AProcessThatIsABitLaterWaits(t *testing.T) {
	database := mysqltest.New(t, func(context.Context, *sql.DB) error { return nil })
	db := database.Pool
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE goose_db_version (
	id serial NOT NULL, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NULL DEFAULT now(), PRIMARY KEY (id))`); err != nil {
		t.Fatal(err)
	}
	wrote := make(chan error, 1)
	time.AfterFunc(200*time.Millisecond, func() {
		_, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, TRUE)")
		wrote <- err
	})
	if err := goose.Up(t.Context(), db, migrate.MySQL, folder(2)); err != nil {
		t.Error(err)
	}
	if err := <-wrote; err != nil {
		t.Fatal(err)
	}
	if err := goose.Up(t.Context(), db, migrate.MySQL, folder(2)); err != nil {
		t.Error(err)
	}
}

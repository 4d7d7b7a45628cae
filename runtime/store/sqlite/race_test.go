package sqlite_test

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/authgen-go/authgen/runtime/store/sqlite"
)

// Processes that start together on a file that is not there yet all open it: SQLite
// does not wait for the lock under which the first of them turns to WAL.
func TestOpenMayRace(t *testing.T) {
	for range 100 {
		url := "sqlite:" + filepath.Join(t.TempDir(), "app.db")
		gun := make(chan struct{})
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				<-gun
				db, err := sqlite.Open(url)
				if err != nil {
					t.Error(err)
					return
				}
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		close(gun)
		all.Wait()
		if t.Failed() {
			return
		}
	}
}

package migrate

import "fmt"

// A MismatchError says that a database is not as the migrations of a program would
// have left it. Waiting does not mend it; somebody has to look.
type MismatchError struct {
	Database string // the version of the newest migration that the database has, "0" for none
	Program  string // that of the newest migration that the program has
	Reason   string // what is wrong and the way out, a clause
	Err      error  // of a migration that failed; nil for none
}

// Error names both versions.
func (e *MismatchError) Error() string {
	text := fmt.Sprintf("the database is at version %s and the program at %s: %s", e.Database, e.Program, e.Reason)
	if e.Err == nil {
		return text
	}
	return text + ": " + e.Err.Error()
}

// Unwrap returns Err.
func (e *MismatchError) Unwrap() error { return e.Err }

// Newer is the reason why a program of today is refused by a database of tomorrow.
const Newer = "the database is newer, and this program does not know what it has; run the newer program, or " +
	"undo the newer migrations with it"

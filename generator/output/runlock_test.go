package output

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/generator/internal/lock"
	"github.com/authgen-go/authgen/generator/internal/migrate"
)

// TestRunsAtTheSameMomentWriteOneMigration plans in each run from the lock that it
// finds, as the command does: a second migration would create the tables twice.
func TestRunsAtTheSameMomentWriteOneMigration(t *testing.T) {
	dir := project(t, nil)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if err := generateOnce(dir, i); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	tree := read(t, dir)
	if len(tree) != 3 {
		t.Errorf("the project holds %v", tree)
	}
	if hasLeftovers(tree) {
		t.Error("there are leftovers")
	}
}

func generateOnce(dir string, run int) error {
	p, err := Begin(dir)
	if err != nil {
		return err
	}
	if !current(p.run.file, p.run.path) {
		return errors.Join(errors.New("the run holds a lock that nobody else sees"), p.Close())
	}
	existing, err := p.Migrations("migrations")
	if err != nil {
		return errors.Join(err, p.Close())
	}
	plan := planOf(files{"internal/auth/a.go": goFile("// A")}, nil)
	plan.Lock = p.Lock()
	if len(plan.Lock.Migrations) == 0 {
		name := migrate.Next(nil, time.Unix(int64(run), 0)) + "_auth_init.sql"
		plan.Files = append(plan.Files, planOf(nil, files{name: sqlFile("-- one")}).Files...)
		plan.Lock = planOf(nil, files{name: sqlFile("-- one")}).Lock
	} else if len(existing) != 1 {
		err = fmt.Errorf("the lock has %d migrations and the folder %d", len(plan.Lock.Migrations), len(existing))
	}
	_, applying := p.Apply(plan, Options{})
	return errors.Join(err, applying, p.Close())
}

func TestARunWaitsForAnotherAndSaysForWhom(t *testing.T) {
	dir := project(t, nil)
	p, err := Begin(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = begin(dir, time.Millisecond, nil)
	expectRefusal(t, err, fmt.Sprintf("another authgen (process %d) has been writing this project for 1ms", os.Getpid()), "wait for it")
	_, _, err = lockForReading(dir, time.Millisecond)
	expectRefusal(t, err, "another authgen", "wait for it")
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	mustApply(t, dir, planOf(nil, nil))
	expectLines(t, check(t, dir, planOf(nil, nil)))
}

// TestALockOnARemovedFileIsNone is what keeps a run that waited for a file which its
// owner then removed from running beside one that locks the new file.
func TestALockOnARemovedFileIsNone(t *testing.T) {
	dir := project(t, nil)
	name := filepath.Join(dir, runName)
	file, err := openLocked(name, os.O_RDWR|os.O_CREATE, patience)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if !current(file, name) {
		t.Error("the file that is there is not the one that was opened")
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if current(file, name) {
		t.Error("a file that is gone is taken for the lock")
	}
	put(t, dir, files{runName: ""})
	if current(file, name) {
		t.Error("another file is taken for the lock")
	}
}

func TestReadersShareAProject(t *testing.T) {
	dir := project(t, files{runName: "1\n"})
	first, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	second, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestTheLockOfARunIsAPlainFile(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	dir := project(t, nil)
	link(t, dir, files{runName: outside})
	_, err := Begin(dir)
	expectRefusal(t, err, "not a plain file", "remove it", runName)
	if _, err := os.Stat(outside); err == nil {
		t.Error("a file was made outside the project")
	}
}

func TestOpenReportsWhatItCannotRead(t *testing.T) {
	for _, open := range []func(string) (*Project, error){Open, Begin} {
		if _, err := open(filepath.Join(t.TempDir(), "nowhere")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v", err)
		}
		dir := project(t, files{lock.Name: "version: 1\nfiles: 3\n"})
		_, err := open(dir)
		expectRefusal(t, err, "authgen.lock:2:8: files must be a mapping", "restore it with")
		dir = project(t, files{lock.Name + "/x": ""})
		if _, err := open(dir); err == nil {
			t.Error("a folder was read as the lock")
		}
		if p, err := open(project(t, nil)); err != nil || len(p.Lock().Files) != 0 || p.Close() != nil {
			t.Errorf("an empty folder: %v", err)
		}
	}
}

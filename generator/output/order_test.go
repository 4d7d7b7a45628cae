package output

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/generator/internal/lock"
)

// TestTheOrderOfARun holds the order that makes a run all or nothing: everything is
// staged and every folder probed before the promise, nothing of the project changes
// before it, and authgen.lock changes when all the rest has.
func TestTheOrderOfARun(t *testing.T) {
	s := everything(t)
	changes := s.changes(t)
	promise := slices.IndexFunc(changes, func(c string) bool { return strings.HasSuffix(c, "/"+journalName) })
	locked := slices.IndexFunc(changes, func(c string) bool { return strings.HasSuffix(c, " to "+lock.Name) })
	cleared := slices.IndexFunc(changes, func(c string) bool { return strings.HasPrefix(c, "remove "+stagePrefix) })
	if promise < 0 || locked < promise || cleared < locked {
		t.Fatalf("promise at %d, lock at %d, cleared at %d of\n%s", promise, locked, cleared, strings.Join(changes, "\n"))
	}
	for i, change := range changes {
		own := strings.Contains(change, leftover) && !strings.HasPrefix(change, "rename "+stagePrefix)
		probe := strings.Contains(change, leftover+"probe-")
		sync := strings.HasPrefix(change, "sync ")
		if !own && !probe && !sync && i < promise {
			t.Errorf("before the promise: %s", change)
		}
		if !sync && strings.HasPrefix(change, "create ") && i > promise {
			t.Errorf("after the promise: %s", change)
		}
		if !sync && i > locked && !strings.Contains(change, stagePrefix) {
			t.Errorf("after the lock: %s", change)
		}
	}
	for _, dir := range []string{".", "internal/auth", "migrations", "new", "new/deep", "new/deep/er"} {
		if !slices.Contains(changes[promise+3:locked], "sync "+dir) {
			t.Errorf("%s is not on the disk before the lock", dir)
		}
	}
	for _, dir := range []string{"internal/auth", "migrations", ".", "old/deep/er"} {
		probed := slices.ContainsFunc(changes[:promise], func(c string) bool {
			_, to, found := strings.Cut(c, " to ")
			return found && path.Dir(to) == dir && strings.Contains(to, leftover+"probe-")
		})
		if !probed {
			t.Errorf("%s was not probed", dir)
		}
	}
}

func TestAFolderThatMayNotBeWrittenIsFoundBeforeAnythingIs(t *testing.T) {
	if asNobody(t) {
		return
	}
	dir := project(t, nil)
	mustApply(t, dir, planOf(files{"auth/a.go": goFile("// A"), "zoo/b.go": goFile("// B")}, nil))
	before := read(t, dir)
	if err := os.Chmod(filepath.Join(dir, "zoo"), 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := apply(t, dir, planOf(files{"auth/a.go": goFile("// A2"), "zoo/b.go": goFile("// B2")}, nil), Options{})
	if !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), "nothing was written") {
		t.Errorf("got %v", err)
	}
	if err := os.Chmod(filepath.Join(dir, "zoo"), 0o700); err != nil {
		t.Fatal(err)
	}
	expectTree(t, read(t, dir), before)
}

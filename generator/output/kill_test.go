package output

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/generator/internal/lock"
)

// scene is a run that does everything a run can do, and the trees on both sides.
type scene struct{ before, after files }

func everything(t testing.TB) scene {
	t.Helper()
	dir := project(t, files{"go.mod": "module x\n", "internal/auth/mine.go": "package auth\n"})
	mustApply(t, dir, planOf(files{
		"internal/auth/a.go":       goFile("// A"),
		"internal/auth/b.go":       goFile("// B"),
		"internal/auth/edited.go":  goFile("// E"),
		"old/deep/er/gone.go":      goFile("// G"),
		"migrations/migrations.go": goFile("// M"),
	}, files{"1_init.sql": sqlFile("-- one")}))
	put(t, dir, files{"internal/auth/edited.go": goFile("// by hand"), "internal/auth/stray.go": goFile("// stray")})
	s := scene{before: read(t, dir)}
	if _, err := apply(t, dir, s.plan(), Options{Force: true}); err != nil {
		t.Fatal(err)
	}
	s.after = read(t, dir)
	return s
}

func (scene) plan() Plan {
	return planOf(files{
		"internal/auth/a.go":       goFile("// A2"),
		"internal/auth/b.go":       goFile("// B"),
		"internal/auth/edited.go":  goFile("// E2"),
		"new/deep/er/c.go":         goFile("// C"),
		"migrations/migrations.go": goFile("// M"),
	}, files{"1_init.sql": sqlFile("-- one"), "2_more.sql": sqlFile("-- two")}, "1_init.sql")
}

// run runs the plan in a fresh project with a seam that sees every change, and
// leaves the project open.
func (s scene) run(t testing.TB, dir string, before func(string) error) (*Project, error) {
	t.Helper()
	p, err := begin(dir, patience, before)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Apply(s.plan(), Options{Force: true})
	return p, err
}

// changes lists the changes of the run.
func (s scene) changes(t testing.TB) []string {
	t.Helper()
	var list []string
	p, err := s.run(t, project(t, s.before), func(change string) error {
		list = append(list, change)
		return nil
	})
	if err := errors.Join(err, p.Close()); err != nil {
		t.Fatal(err)
	}
	return list
}

// expectRepair checks what is left of a run: as long as the run was not promised,
// the project is as it was; from then on the next run, whatever it wants, completes
// it. A check says that a run was interrupted, and changes nothing.
func (s scene) expectRepair(t *testing.T, dir string) (promised bool) {
	t.Helper()
	left := read(t, dir)
	for name := range left {
		promised = promised || strings.HasSuffix(name, "/"+journalName)
	}
	whole := left[lock.Name] == s.after[lock.Name]
	if !promised && !whole {
		expectTree(t, left.users(), s.before.users())
	}
	if lines := check(t, dir, s.plan()); hasLeftovers(left) != strings.Contains(strings.Join(lines, "\n"), "interrupted: .authgen-") {
		t.Errorf("leftovers %v, and check says %q", hasLeftovers(left), lines)
	}
	p, err := Begin(dir)
	if err != nil {
		t.Fatal(err)
	}
	if p.Recovered() != promised {
		t.Errorf("recovered is %v, promised %v", p.Recovered(), promised)
	}
	want := s.before
	if promised || whole {
		want = s.after
	}
	if string(p.Lock().Marshal()) != want[lock.Name] {
		t.Error("the lock that Begin read is not the one of the recovered project")
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	expectTree(t, read(t, dir), want)
	return promised || whole
}

func hasLeftovers(tree files) bool {
	for name := range tree {
		if strings.HasPrefix(name, leftover) {
			return true
		}
	}
	return false
}

// TestAKillAtAnyStepIsRepaired ends a run before each of its changes of the disk,
// with nothing after it, as a kill does.
func TestAKillAtAnyStepIsRepaired(t *testing.T) {
	s := everything(t)
	changes, promised := s.changes(t), 0
	for at := range changes {
		t.Run(fmt.Sprintf("%02d", at), func(t *testing.T) {
			dir := project(t, s.before)
			s.killAt(t, dir, at)
			if s.expectRepair(t, dir) {
				promised++
			}
		})
	}
	if promised < 10 || len(changes)-promised < 10 {
		t.Errorf("%d of %d changes came after the promise", promised, len(changes))
	}
}

// TestAKillDuringRepairIsRepaired ends the run that finishes another one's work.
func TestAKillDuringRepairIsRepaired(t *testing.T) {
	s := everything(t)
	repairs := 0
	for first := 0; first < len(s.changes(t)); first += 5 {
		for second, ended := 0, false; !ended; second += 3 {
			dir := project(t, s.before)
			s.killAt(t, dir, first)
			p, err := begin(dir, patience, killer(second))
			if ended = err == nil; ended {
				if err := p.Close(); err != nil {
					t.Fatal(err)
				}
			} else {
				repairs++
			}
			s.expectRepair(t, dir)
		}
	}
	if repairs < 10 {
		t.Errorf("%d repairs were killed", repairs)
	}
}

var errKilled = errors.New("killed")

// killer returns a seam that lets so many changes happen and none after them.
func killer(changes int) func(string) error {
	seen := 0
	return func(string) error {
		if seen++; seen > changes {
			return errKilled
		}
		return nil
	}
}

// killAt runs the plan and stops before change number at. The system frees the lock
// of a dead process and leaves its file.
func (s scene) killAt(t testing.TB, dir string, at int) {
	t.Helper()
	p, err := s.run(t, dir, killer(at))
	if !strings.Contains(fmt.Sprint(err), errKilled.Error()) {
		t.Fatalf("got %v, want a kill", err)
	}
	if err := errors.Join(p.run.file.Close(), p.disk.root.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestAFailingDiskLeavesNothingOrAPromise fails one change of the disk and lets
// those after it succeed, as a full disk or a missing right does.
func TestAFailingDiskLeavesNothingOrAPromise(t *testing.T) {
	s := everything(t)
	for at, change := range s.changes(t) {
		dir, seen := project(t, s.before), 0
		p, err := s.run(t, dir, func(string) error {
			if seen++; seen == at+1 {
				return errors.New("no space left")
			}
			return nil
		})
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if err == nil || !strings.Contains(err.Error(), "no space left") {
			t.Fatalf("%s: %v", change, err)
		}
		var refused *Error
		interrupted := errors.As(err, &refused)
		if !interrupted {
			expectTree(t, read(t, dir), s.before)
		} else if !strings.Contains(refused.Hint, "run `authgen generate` again") {
			t.Errorf("%s: hint is %q", change, refused.Hint)
		}
		if s.expectRepair(t, dir) != interrupted {
			t.Errorf("%s: %v", change, err)
		}
	}
}

// TestAProcessThatIsKilledIsRepaired does it to a process of its own.
func TestAProcessThatIsKilledIsRepaired(t *testing.T) {
	if dir := os.Getenv("OUTPUT_TEST_CHILD"); dir != "" {
		scene{}.runUntilKilled(t, dir)
	}
	s := everything(t)
	steps := len(s.changes(t))
	for at := 1; at < steps; at += steps / 8 {
		dir := project(t, s.before)
		killProcessAt(t, dir, at)
		if read(t, dir)[runName] == "" {
			t.Error("the killed process held no lock")
		}
		s.expectRepair(t, dir)
	}
}

func killProcessAt(t *testing.T, dir string, at int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestAProcessThatIsKilledIsRepaired$")
	cmd.Env = append(os.Environ(), "OUTPUT_TEST_CHILD="+dir, "OUTPUT_TEST_STEP="+strconv.Itoa(at))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "ready\n" {
		t.Errorf("the child says %q (%v)", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
}

// runUntilKilled is the child: it stops before a change and waits for its end.
func (s scene) runUntilKilled(t *testing.T, dir string) {
	at, err := strconv.Atoi(os.Getenv("OUTPUT_TEST_STEP"))
	if err != nil {
		t.Fatal(err)
	}
	stop := killer(at)
	_, err = s.run(t, dir, func(change string) error {
		if stop(change) != nil {
			fmt.Println("ready")
			select {}
		}
		return nil
	})
	t.Fatalf("the run ended: %v", err)
}

func TestAnInterruptedRunIsNotFinishedOverNewWork(t *testing.T) {
	s := everything(t)
	promise := slices.IndexFunc(s.changes(t), func(change string) bool { return strings.HasSuffix(change, "/"+journalName) })
	for _, name := range []string{"internal/auth/a.go", "new/deep/er/c.go", "old/deep/er/gone.go"} {
		dir := project(t, s.before)
		s.killAt(t, dir, promise+1)
		put(t, dir, files{name: "package auth // new work\n"})
		before := read(t, dir)
		_, err := Begin(dir)
		expectRefusal(t, err, "cannot be finished, because files were changed since", "delete the folder .authgen-stage-", name)
		delete(before, runName)
		expectTree(t, read(t, dir), before)
	}
}

// TestARenameThatReachedTheDiskInHalfIsFinished is a loss of power after a rename of
// which only the new name was saved.
func TestARenameThatReachedTheDiskInHalfIsFinished(t *testing.T) {
	s := everything(t)
	promise := slices.IndexFunc(s.changes(t), func(change string) bool { return strings.HasSuffix(change, "/"+journalName) })
	dir := project(t, s.before)
	s.killAt(t, dir, promise+1)
	put(t, dir, files{"internal/auth/a.go": s.after["internal/auth/a.go"], "new/deep/er/c.go": s.after["new/deep/er/c.go"]})
	p, err := Begin(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	expectTree(t, read(t, dir), s.after)
}

func TestADamagedJournalIsNotFollowed(t *testing.T) {
	for _, text := range []string{
		"", "{", `{"version":2,"steps":[]}`, `{"version":1,"other":1}`,
		`{"version":1,"steps":[{"path":"../x"}]}`, `{"version":1,"steps":[{"path":"x","staged":"../../y"}]}`,
	} {
		tree := files{".authgen-stage-x/journal": text, ".authgen-stage-x/0": "new"}
		dir := project(t, tree)
		_, err := Begin(dir)
		expectRefusal(t, err, "its journal is damaged", "delete the folder .authgen-stage-x", ".authgen-stage-x/journal")
		expectTree(t, read(t, dir), tree)
	}
}

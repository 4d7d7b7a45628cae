package output

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestAnySequenceOfRunsAndEdits draws runs, edits and kills, and holds these to be
// true throughout: what a person wrote is overwritten only when it was a generated
// file and force was given; a run that succeeds leaves a project that passes its
// check but for edited files that are no longer produced; one that refuses leaves
// the project as it was.
func TestAnySequenceOfRunsAndEdits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		w := world{t: t, rt: rt, dir: dir, byHand: files{}}
		for range rapid.IntRange(1, 8).Draw(rt, "acts") {
			switch rapid.SampledFrom([]string{"edit", "edit", "delete", "run", "run", "kill"}).Draw(rt, "act") {
			case "edit":
				w.edit(rt)
			case "delete":
				w.delete(rt)
			case "run":
				w.run(rt)
			case "kill":
				w.kill(rt)
			}
		}
	})
}

type world struct {
	t      *testing.T
	rt     *rapid.T
	dir    string
	byHand files // what a person wrote, and is still there
}

var paths = []string{"auth/a.go", "auth/b.go", "auth/sub/c.go", "other/d.go", "api.yaml"}

func (w *world) edit(rt *rapid.T) {
	name := rapid.SampledFrom(paths).Draw(rt, "path")
	text := rapid.SampledFrom([]string{"package auth\n", goFile("// by hand"), "# mine\n", goFile("// 1")}).Draw(rt, "text")
	put(w.t, w.dir, files{name: text})
	w.byHand[name] = text
}

func (w *world) delete(rt *rapid.T) {
	name := rapid.SampledFrom(paths).Draw(rt, "path")
	_ = os.Remove(filepath.Join(w.dir, name))
	delete(w.byHand, name)
}

func (w *world) plan(rt *rapid.T) Plan {
	generated := files{}
	for _, name := range paths {
		if rapid.Bool().Draw(rt, "produce "+name) {
			generated[name] = goFile(fmt.Sprintf("// %d", rapid.IntRange(1, 2).Draw(rt, "version")))
		}
	}
	return planOf(generated, nil)
}

func (w *world) run(rt *rapid.T) {
	plan, force := w.plan(rt), rapid.Bool().Draw(rt, "force")
	before := read(w.t, w.dir)
	interrupted := hasLeftovers(before)
	r, err := apply(w.t, w.dir, plan, Options{Force: force})
	after := read(w.t, w.dir)
	var refused *Error
	if errors.As(err, &refused) {
		if !interrupted {
			w.expectSame(after, before)
		}
		return
	}
	if err != nil {
		rt.Fatal(err)
	}
	w.expectHandsKept(plan, after, force)
	problems := check(w.t, w.dir, plan)
	if len(problems) != len(r.Kept) {
		rt.Fatalf("kept %v, and check says %q", r.Kept, problems)
	}
}

// expectHandsKept checks that what a person wrote is there, unless it was a
// generated file's text to begin with or force was given for a file of authgen's.
func (w *world) expectHandsKept(plan Plan, after files, force bool) {
	for _, name := range slices.Sorted(maps.Keys(w.byHand)) {
		text := w.byHand[name]
		if after[name] == text {
			continue
		}
		_, planned := plan.file(name)
		asGenerated := text == goFile("// 1")
		stray := !planned && carriesHeader(name, []byte(text))
		if !asGenerated && !force && !stray {
			w.rt.Fatalf("%s was by hand and is now %q", name, after[name])
		}
		delete(w.byHand, name)
	}
}

func (w *world) kill(rt *rapid.T) {
	p, err := begin(w.dir, patience, nil)
	if err != nil {
		rt.Fatal(err)
	}
	plan := w.plan(rt)
	p.disk.before = killer(rapid.IntRange(0, 40).Draw(rt, "changes"))
	_, err = p.Apply(plan, Options{})
	if closing := errors.Join(p.run.file.Close(), p.disk.root.Close()); closing != nil {
		rt.Fatal(closing)
	}
	again, closing := Begin(w.dir)
	if closing != nil {
		rt.Fatal(closing)
	}
	if closing := again.Close(); closing != nil {
		rt.Fatal(closing)
	}
	tree := read(w.t, w.dir)
	if hasLeftovers(tree) {
		rt.Fatalf("after the repair there is %v", tree)
	}
	var refused *Error
	if err == nil || again.Recovered() || !errors.As(err, &refused) {
		w.expectHandsKept(plan, tree, false)
	}
}

func (w *world) expectSame(got, want files) {
	if !maps.Equal(got, want) {
		w.rt.Fatalf("a refused run changed %v to %v", want, got)
	}
}

// TestPlansOfOneProjectConverge applies any two plans in turn: the second run gives
// what it would have given in an empty folder, but for authgen.lock's migrations.
func TestPlansOfOneProjectConverge(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := world{t: t, rt: rt}
		first, second := w.plan(rt), w.plan(rt)
		one, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		two, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		mustApply(t, one, first)
		mustApply(t, one, second)
		mustApply(t, two, second)
		if got, want := read(t, one), read(t, two); !maps.Equal(got, want) {
			rt.Fatalf("got %v, want %v", got, want)
		}
	})
}

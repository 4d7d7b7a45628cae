package output

import (
	"testing"

	"github.com/authgen-go/authgen/generator"
)

// indexed is a plan that lists a folder in a file of it.
func indexed(before, after string) Plan {
	plan := planOf(files{"migrations/migrations.go": goFile("")}, files{"1_init.sql": sqlFile("-- one")}, "1_init.sql")
	plan.Files = append(plan.Files, generator.File{
		Path: "migrations/atlas.sum", Owner: generator.Index, Content: []byte(after), Replaces: []byte(before),
	})
	return plan
}

func TestIndexFollowsItsFolder(t *testing.T) {
	dir := project(t, nil)
	mustApply(t, dir, planOf(files{"migrations/migrations.go": goFile("")}, files{"1_init.sql": sqlFile("-- one")}))

	expectLines(t, check(t, dir, indexed("none", "one")), "missing: migrations/atlas.sum")
	expectLines(t, mustApply(t, dir, indexed("none", "one")).Created, "migrations/atlas.sum")
	expectLines(t, check(t, dir, indexed("one", "one")))

	expectLines(t, check(t, dir, indexed("one", "two")), "stale: migrations/atlas.sum")
	expectLines(t, mustApply(t, dir, indexed("one", "two")).Updated, "migrations/atlas.sum")

	// The tool listed a migration of the user's, as authgen would have.
	put(t, dir, files{"migrations/atlas.sum": "three"})
	expectLines(t, mustApply(t, dir, indexed("three", "three")).Updated)
	expectLines(t, mustApply(t, dir, indexed("three", "four")).Updated, "migrations/atlas.sum")
}

// TestIndexThatDoesNotFit holds that a list that is not that of its folder is not
// rewritten unseen: that something was changed behind it is what it is there to tell.
func TestIndexThatDoesNotFit(t *testing.T) {
	dir := project(t, nil)
	mustApply(t, dir, planOf(files{"migrations/migrations.go": goFile("")}, files{"1_init.sql": sqlFile("-- one")}))
	put(t, dir, files{"migrations/atlas.sum": "another"})
	plan := indexed("one", "two")

	expectLines(t, check(t, dir, plan), "edited: migrations/atlas.sum (it does not list the files beside it as they are)")
	_, err := apply(t, dir, plan, Options{})
	expectRefusal(t, err, "does not fit the files beside it", "atlas migrate hash", "migrations/atlas.sum")
	if got := read(t, dir)["migrations/atlas.sum"]; got != "another" {
		t.Errorf("it became %q", got)
	}
	if _, err := apply(t, dir, plan, Options{Force: true}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, dir)["migrations/atlas.sum"]; got != "two" {
		t.Errorf("with force it is %q", got)
	}
}

func TestIndexIsNoFolder(t *testing.T) {
	dir := project(t, files{"migrations/atlas.sum/x": ""})
	mustApply(t, dir, planOf(files{"migrations/migrations.go": goFile("")}, files{"1_init.sql": sqlFile("-- one")}))
	for _, force := range []bool{false, true} {
		_, err := apply(t, dir, indexed("none", "one"), Options{Force: force})
		expectRefusal(t, err, "in the way", "move or rename", "migrations/atlas.sum")
	}
}

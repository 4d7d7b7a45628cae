package output

import (
	"strings"
	"testing"

	"github.com/authgen-go/authgen/generator"
	"github.com/authgen-go/authgen/generator/internal/lock"
)

const page = "internal/auth/pages/login.html"

// withPage is a plan that wants a file of the user's to be there.
func withPage(text string) Plan {
	plan := planOf(files{"internal/auth/a.go": goFile("// A")}, nil)
	plan.Files = append(plan.Files, generator.File{Path: page, Owner: generator.Scaffold, Content: []byte(text)})
	return plan
}

func TestScaffoldIsWrittenOnceAndThenTheUsers(t *testing.T) {
	dir := project(t, nil)
	expectLines(t, check(t, dir, withPage("one")), "missing: authgen.lock", "missing: internal/auth/a.go", "missing: "+page)
	expectLines(t, mustApply(t, dir, withPage("one")).Created, "authgen.lock", "internal/auth/a.go", page)
	if text := read(t, dir)[lock.Name]; strings.Contains(text, page) {
		t.Errorf("the lock knows the user's file:\n%s", text)
	}

	// Neither an edit nor another version of authgen's is a difference.
	put(t, dir, files{page: "mine"})
	for _, opts := range []Options{{}, {Force: true}} {
		if _, err := apply(t, dir, withPage("two"), opts); err != nil {
			t.Fatal(err)
		}
	}
	expectLines(t, check(t, dir, withPage("two")))
	if got := read(t, dir)[page]; got != "mine" {
		t.Errorf("the user's file is %q", got)
	}

	// It stays when nothing asks for it any more.
	mustApply(t, dir, planOf(files{"internal/auth/a.go": goFile("// A")}, nil))
	if got := read(t, dir)[page]; got != "mine" {
		t.Errorf("the user's file is %q", got)
	}
}

func TestScaffoldNeverReplacesWhatIsNoFile(t *testing.T) {
	dir := project(t, files{page + "/x": "mine"})
	if _, err := apply(t, dir, withPage("one"), Options{Force: true}); err == nil || !strings.Contains(err.Error(), "in the way") {
		t.Errorf("%v, want what is in the way", err)
	}
	expectTree(t, read(t, dir).users(), files{page + "/x": "mine"})
}

func TestScaffoldHasNoHeaderOfGeneratedFiles(t *testing.T) {
	if _, err := apply(t, project(t, nil), withPage("<!-- "+header+" -->"), Options{}); err == nil {
		t.Error("a plan was accepted that calls a user's file generated")
	}
}

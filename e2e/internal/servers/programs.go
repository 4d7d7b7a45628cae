package servers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A place is where a program may be besides PATH: a folder, or a pattern for one folder a
// version.
type place string

// sbin is where Debian has programs that PATH of most people leaves out.
const sbin place = "/usr/sbin"

// find returns the path of a program, and of those that come with it in the same folder.
// The first folder that has them all wins: those of PATH, then the places, where newer
// versions come first.
func find(places []place, programs ...string) ([]string, error) {
	folders := filepath.SplitList(os.Getenv("PATH"))
	for _, p := range places {
		versions, err := filepath.Glob(string(p))
		if err != nil {
			return nil, err
		}
		slices.SortFunc(versions, func(a, b string) int { return slices.Compare(version(b), version(a)) })
		folders = append(folders, versions...)
	}
	for _, folder := range folders {
		if found := allIn(folder, programs); found != nil {
			return found, nil
		}
	}
	return nil, fmt.Errorf("%s, which .ci/install installs: neither on PATH nor in %s", strings.Join(programs, ", "), places)
}

func allIn(folder string, programs []string) []string {
	var found []string
	for _, program := range programs {
		path, err := exec.LookPath(filepath.Join(folder, program))
		if err != nil || !filepath.IsAbs(path) {
			return nil
		}
		found = append(found, path)
	}
	return found
}

// version is the numbers in a path.
func version(path string) []int {
	var numbers []int
	for _, digits := range strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' }) {
		if n, err := strconv.Atoi(digits); err == nil {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

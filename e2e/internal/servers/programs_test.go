package servers

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFindTakesTheNewestVersionAfterPath(t *testing.T) {
	dir := t.TempDir()
	program := func(parts ...string) string {
		path := filepath.Join(append([]string{dir}, parts...)...)
		do(t, "make a folder", os.MkdirAll(filepath.Dir(path), 0o755))
		do(t, "write a program", os.WriteFile(path, nil, 0o755))
		return path
	}
	for _, version := range []string{"9", "15", "100"} {
		program(version, "bin", "postgres")
	}
	newest := []string{program("15", "bin", "initdb"), filepath.Join(dir, "15", "bin", "postgres")}
	program("9", "bin", "initdb")
	places := []place{place(dir + "/*/bin")}

	t.Setenv("PATH", filepath.Join(dir, "empty"))
	found, err := find(places, "initdb", "postgres")
	do(t, "find", err)
	if !slices.Equal(found, newest) {
		t.Errorf("found %v, want %v, the newest that is whole", found, newest)
	}

	chosen := program("chosen", "postgres")
	t.Setenv("PATH", filepath.Dir(chosen))
	found, err = find(places, "postgres")
	do(t, "find", err)
	if found[0] != chosen {
		t.Errorf("found %v, want %s", found, chosen)
	}
}

func TestFindSaysWhatInstalls(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := find([]place{"/nowhere/*/bin"}, "initdb", "postgres")
	if err == nil || !strings.Contains(err.Error(), "initdb, postgres, which .ci/install installs") {
		t.Errorf("nothing to find: %v", err)
	}
}

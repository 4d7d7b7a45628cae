package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// listFiles prints every file below the folders it is given, sorted:
//
//	files DIR...
func listFiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: files DIR...")
	}
	var names []string
	for _, dir := range args {
		root := ts.MkAbs(dir)
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, err := filepath.Rel(root, name)
			names = append(names, filepath.ToSlash(filepath.Join(dir, rel)))
			return err
		})
		ts.Check(err)
	}
	slices.Sort(names)
	fmt.Fprint(ts.Stdout(), strings.Join(append(names, ""), "\n"))
}

// sameFolders compares two folders, names and bytes:
//
//	same DIR DIR
func sameFolders(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: same DIR DIR")
	}
	one, two := folder(ts, args[0]), folder(ts, args[1])
	for name, content := range one {
		if other, ok := two[name]; !ok || other != content {
			ts.Fatalf("%s differs in %s", name, args[1])
		}
	}
	if len(one) != len(two) {
		ts.Fatalf("%d files in %s, %d in %s", len(one), args[0], len(two), args[1])
	}
}

// folder is the content of every file below dir, by its name there.
func folder(ts *testscript.TestScript, dir string) map[string]string {
	files := map[string]string{}
	root := os.DirFS(ts.MkAbs(dir))
	ts.Check(fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		files[name] = string(data)
		return err
	}))
	return files
}

// printModTime prints when files were written, and how they may be used:
//
//	mtime FILE...
func printModTime(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: mtime FILE...")
	}
	for _, name := range args {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		fmt.Fprintln(ts.Stdout(), name, info.ModTime().UnixNano(), info.Mode())
	}
}

// editFile replaces the one place where a file says old:
//
//	edit FILE OLD NEW
func editFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	name := ts.MkAbs(args[0])
	text := ts.ReadFile(args[0])
	old := strings.ReplaceAll(args[1], `\n`, "\n")
	if n := strings.Count(text, old); n != 1 {
		ts.Fatalf("%s says %q %d times, not once", args[0], old, n)
	}
	text = strings.Replace(text, old, strings.ReplaceAll(args[2], `\n`, "\n"), 1)
	ts.Check(os.WriteFile(name, []byte(text), 0o644))
}

// stripHeaders removes the header of generated files, so that tools which pass
// over generated code look at it:
//
//	strip DIR...
func stripHeaders(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: strip DIR...")
	}
	stripped := 0
	for _, dir := range args {
		err := filepath.WalkDir(ts.MkAbs(dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(name) != ".go" {
				return err
			}
			data, err := os.ReadFile(name)
			if err != nil || !bytes.HasPrefix(data, []byte("// Code generated ")) {
				return err
			}
			_, body, _ := bytes.Cut(data, []byte("\n\n"))
			stripped++
			return os.WriteFile(name, body, 0o644)
		})
		ts.Check(err)
	}
	if stripped == 0 {
		ts.Fatalf("no generated file in %v", args)
	}
}

package main

import (
	"context"
	"fmt"
	"path/filepath"
)

// checkTidy finds out whether "go mod tidy" would leave the module's go.mod as it
// is. Where it would not, init does not run it: what it takes away is not init's.
func (i *initialisation) checkTidy(ctx context.Context) error {
	i.tidy = true
	if i.site.module == nil {
		return nil
	}
	tool, outside, err := newGoTool(ctx, i.site.module.root)
	if err != nil {
		return err
	}
	if outside != "" {
		i.notes = append(i.notes, notInWorkspace(outside, i.site.module.root))
	}
	i.tidy = tool.run(ctx, "mod", "tidy", "-diff") == nil
	return ctx.Err()
}

// fetchModules settles the versions of what the project imports and downloads it.
func (i *initialisation) fetchModules(ctx context.Context) error {
	if i.site.module != nil {
		return i.extendModules(ctx)
	}
	tool, outside, err := newGoTool(ctx, i.site.dir)
	if err != nil {
		return err
	}
	if outside != "" {
		i.notes = append(i.notes, notInWorkspace(outside, i.site.dir))
	}
	if i.noGenerate { // what is to be generated cannot be imported yet
		return tool.run(ctx, "mod", "tidy", "-e")
	}
	return tool.run(ctx, "mod", "tidy")
}

// extendModules adds what generated code and the tool import to a module that was
// there. One that was tidy is tidy again; otherwise lines are added and none is
// taken away.
func (i *initialisation) extendModules(ctx context.Context) error {
	root := i.site.module.root
	tool, _, err := newGoTool(ctx, root)
	if err != nil {
		return err
	}
	if i.tidy {
		return tool.run(ctx, "mod", "tidy")
	}

	generated, err := filepath.Rel(root, filepath.Join(i.site.dir, filepath.FromSlash(i.site.project.Dir)))
	if err != nil {
		return err
	}
	// With -mod=mod, loading packages adds the requirements that they lack. Each
	// system has some of its own, and colleagues may use another than this one.
	for _, goos := range []string{"linux", "darwin", "windows"} {
		t := &goTool{dir: root, env: []string{"GOWORK=off", "GOOS=" + goos}}
		err := t.run(ctx, "list", "-mod=mod", "-deps", "-test", toolPath, "./"+filepath.ToSlash(generated)+"/...")
		if err != nil {
			return err
		}
	}
	return nil
}

func notInWorkspace(workspace, root string) string {
	return fmt.Sprintf("the workspace %s does not hold this module: run go work use %s", workspace, root)
}

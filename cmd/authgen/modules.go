package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/authgen-go/authgen/generator/output"
)

// sayMissingModules tells whoever generated files that they import modules which the
// project does not have yet: a strategy that was turned on may need a library more, and
// so may a database that was changed, or Redis. It says nothing where nothing was
// written, and nothing that it could not find out.
func (p *program) sayMissingModules(ctx context.Context, dir string, report output.Report) {
	packages := map[string]bool{}
	for _, name := range slices.Concat(report.Created, report.Updated) {
		if strings.HasSuffix(name, ".go") {
			packages["./"+filepath.ToSlash(filepath.Dir(name))] = true
		}
	}
	if len(packages) == 0 || !exists(filepath.Join(dir, "go.sum")) {
		return
	}
	tool, _, err := newGoTool(ctx, dir)
	if err != nil {
		return
	}
	args := []string{"list", "-mod=readonly", "-deps", "-test"}
	for name := range packages {
		args = append(args, name)
	}
	err = tool.run(ctx, args...)
	if err != nil && (strings.Contains(err.Error(), "go.sum") || strings.Contains(err.Error(), "no required module") || strings.Contains(err.Error(), "updates to go.mod needed")) {
		p.say("the generated code imports modules that go.mod and go.sum do not have yet: run %q", "go mod tidy")
	}
}

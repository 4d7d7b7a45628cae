package output

import (
	"fmt"
	"path"
	"slices"

	"github.com/authgen-go/authgen/generator"
	"github.com/authgen-go/authgen/generator/internal/lock"
	"github.com/authgen-go/authgen/generator/internal/migrate"
)

// history compares the migrations in the folder with those authgen.lock has. What
// was emitted may have run somewhere, so it has to be there as it was; and a
// migration of authgen's that the lock does not know means that the schema in the
// lock is not the one the migrations add up to.
func (p *Project) history(plan Plan) ([]Problem, error) {
	if plan.Migrations == "" {
		return nil, nil
	}
	present, err := p.Migrations(plan.Migrations)
	if err != nil {
		return nil, err
	}
	var problems []Problem
	for _, m := range p.lock.Migrations {
		name := path.Join(plan.Migrations, m.File)
		i := slices.IndexFunc(present, func(e generator.Existing) bool { return e.Name == m.File })
		switch {
		case i < 0:
			problems = append(problems, Problem{Missing, name, ""})
		case lock.Hash(present[i].Content) != m.SHA256:
			problems = append(problems, Problem{Edited, name, ""})
		}
	}
	for _, e := range present {
		name := path.Join(plan.Migrations, e.Name)
		if migrate.HasHeader(e.Content) && !p.knows(e, name, plan) {
			problems = append(problems, Problem{Extra, name, "authgen.lock does not know it"})
		}
	}
	return problems, nil
}

// knows reports whether the lock has the migration, or the plan brings just it.
func (p *Project) knows(e generator.Existing, name string, plan Plan) bool {
	if slices.ContainsFunc(p.lock.Migrations, func(m lock.Migration) bool { return m.File == e.Name }) {
		return true
	}
	planned, ok := plan.file(name)
	return ok && planned.Owner == generator.Migration && lock.Hash(planned.Content) == lock.Hash(e.Content)
}

// historyError turns the first sort of problem into a refusal.
func historyError(problems []Problem, dir string) error {
	for _, sort := range []struct {
		kind      Kind
		msg, hint string
	}{
		{Missing, "migrations that authgen wrote are gone",
			fmt.Sprintf("restore them, with git for instance, or move them along to %s; ", dir) + startOver},
		{Edited, "migrations were changed after authgen wrote them",
			"restore them with `git checkout -- FILE`, and put further changes into a migration of your own; " + startOver},
		{Extra, "authgen.lock does not know these migrations of authgen's",
			"restore authgen.lock with git, after a merge with the lines of both sides; or delete the files, when no database has run them"},
	} {
		if files := pathsOf(problems, sort.kind); len(files) > 0 {
			return &Error{Msg: sort.msg, Hint: sort.hint, Files: files}
		}
	}
	return nil
}

const startOver = "or, when no database has run any of them, delete authgen's migrations and authgen.lock and run `authgen generate --force`"

func pathsOf(problems []Problem, kind Kind) []string {
	var paths []string
	for _, p := range problems {
		if p.Kind == kind {
			paths = append(paths, p.Path)
		}
	}
	return paths
}

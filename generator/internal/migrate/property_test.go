package migrate

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/generator/internal/fault"
)

func TestDiffJoinsAnyTwoSchemas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		have, want := drawSchema(t), drawSchema(t)
		if err := errors.Join(have.Validate(), want.Validate()); err != nil {
			t.Fatalf("drawn schemas: %v", err)
		}
		changes := Diff(have, want)
		expectTablesAround(t, have, changes)
		after := applyAll(t, have, changes)
		if !after.Equal(want) {
			t.Fatalf("up ends in %+v, want %+v", after.Canonical(), want.Canonical())
		}
		if len(Diff(after, want)) != 0 {
			t.Fatal("a second diff finds changes")
		}
		if back := applyAll(t, after, reversed(changes)); !back.Equal(have) {
			t.Fatalf("down ends in %+v, want %+v", back.Canonical(), have.Canonical())
		}
	})
}

// expectTablesAround fails unless the changes within a table know it as they find and
// leave it, which statements may depend on.
func expectTablesAround(t *rapid.T, s Schema, changes []Change) {
	t.Helper()
	for _, c := range changes {
		next := applyAll(t, s, []Change{c})
		before, found := s.Table(c.Table)
		after, left := next.Table(c.Table)
		if found && left && !(sameTable(before, c.Before.Table) && sameTable(after, c.After.Table)) {
			t.Fatalf("%s is around\n%+v and\n%+v, want\n%+v and\n%+v", c.Comment, c.Before.Table, c.After.Table, before, after)
		}
		s = next
	}
}

func TestDiffPassesThroughValidSchemasOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchema(t)
		for _, c := range Diff(s, evolve(t, s)) {
			s = applyAll(t, s, []Change{c})
			if err := s.Validate(); err != nil {
				t.Fatalf("after %s %v", c.Comment, err)
			}
		}
	})
}

func TestPlanRetainsWhatTheSpecNoLongerAsksFor(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d.Name(), func(t *testing.T) { planRetains(t, d) })
	}
}

func planRetains(t *testing.T, d Dialect) {
	rapid.Check(t, func(t *rapid.T) {
		have := drawSchema(t)
		have.Dialect = d.Name()
		want := evolve(t, have)
		changes, target, err := Plan(d, have, want, false)
		if err != nil {
			var refused *fault.Error
			if !errors.As(err, &refused) || refused.Hint == "" {
				t.Fatalf("refused with %v, want a *fault.Error with a hint", err)
			}
			return
		}
		for _, c := range changes {
			if c.Kind == DropTable || c.Kind == DropColumn || c.Safety != Additive {
				t.Fatalf("planned %s without permission", c.Comment)
			}
		}
		for _, table := range have.Tables {
			kept, ok := target.Table(table.Name)
			if !ok || len(kept.Columns) < len(table.Columns) {
				t.Fatalf("lost %s or part of it", table.Name)
			}
		}
		if after := applyAll(t, have, changes); !after.Equal(target) {
			t.Fatalf("plan ends in %+v, want %+v", after, target)
		}
		again, _, err := Plan(d, target, want, false)
		if err != nil || len(again) != 0 {
			t.Fatalf("a second plan has %d changes (%v)", len(again), err)
		}
		back, _, err := Plan(d, target, have, false)
		if err != nil || len(back) > len(have.Tables)*len(columnNames) {
			t.Fatalf("turning everything on again: %v", err)
		}
		for _, c := range back {
			if c.Kind != AddIndex && c.Kind != DropIndex {
				t.Fatalf("turning everything on again needs %s", c.Comment)
			}
		}
	})
}

func TestPlansCanBeWrittenAndUndoneInEveryDatabase(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d.Name(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				have := drawSchema(t)
				have.Dialect = d.Name()
				changes, _, err := Plan(d, Schema{}, have, false)
				if err != nil {
					t.Fatalf("a new schema is refused: %v", err)
				}
				evolved, _, err := Plan(d, have, evolve(t, have), true)
				if err != nil {
					t.Skip("refused")
				}
				for _, c := range append(changes, evolved...) {
					if len(c.Up) == 0 || len(c.Down) == 0 {
						t.Fatalf("%s has no statements for one direction: %q, %q", c.Comment, c.Up, c.Down)
					}
				}
			})
		})
	}
}

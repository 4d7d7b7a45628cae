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
	rapid.Check(t, func(t *rapid.T) {
		have := drawSchema(t)
		want := evolve(t, have)
		changes, target, err := Plan(SQLite{}, have, want, false)
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
		again, _, err := Plan(SQLite{}, target, want, false)
		if err != nil || len(again) != 0 {
			t.Fatalf("a second plan has %d changes (%v)", len(again), err)
		}
		back, _, err := Plan(SQLite{}, target, have, false)
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

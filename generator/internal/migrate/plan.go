package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/authgen-go/authgen/generator/internal/fault"
)

// Plan returns the changes that take have to want with their statements, and the
// schema they end in. No change means that nothing is to be written.
//
// Without allowDestructive the schema keeps what want no longer asks for, marked
// as retained (see [Retain]); with it, those tables and columns are dropped,
// retained ones of earlier runs included.
//
// A refusal is a *fault.Error: a change the database cannot make, one that needs
// values nobody gave, one that destroys data without permission, or a snapshot of
// another database.
func Plan(d Dialect, have, want Schema, allowDestructive bool) ([]Change, Schema, error) {
	if err := checkPlan(d, have, want); err != nil {
		return nil, Schema{}, err
	}
	if err := refuseOtherOwner(have, want); err != nil {
		return nil, Schema{}, err
	}
	want = keepDefaults(have, want)
	target := want.clone()
	if !allowDestructive {
		target = Retain(have, want)
	}
	if err := target.Validate(); err != nil {
		return nil, Schema{}, unfit(err)
	}
	changes := Diff(have, target)
	if err := write(d, changes); err != nil {
		return nil, Schema{}, err
	}
	// What a loose reference leads to is nothing that a database knows of.
	changes = slices.DeleteFunc(changes, func(c Change) bool { return len(c.Up) == 0 && len(c.Down) == 0 })
	if err := refuseNeedsData(changes); err != nil {
		return nil, Schema{}, err
	}
	if err := refuseDestructive(changes, allowDestructive); err != nil {
		return nil, Schema{}, err
	}
	return changes, target, nil
}

func checkPlan(d Dialect, have, want Schema) error {
	if err := have.Validate(); err != nil {
		return fmt.Errorf("plan migration: schema of authgen.lock: %w", err)
	}
	if err := want.Validate(); err != nil {
		return fmt.Errorf("plan migration: wanted schema: %w", err)
	}
	if want.Dialect != d.Name() {
		return fmt.Errorf("plan migration: a schema for %q and statements for %q", want.Dialect, d.Name())
	}
	if have.Dialect != "" && have.Dialect != want.Dialect {
		return &fault.Error{
			Msg: fmt.Sprintf("the migrations so far are for %s and cannot be continued for %s", have.Dialect, want.Dialect),
			Hint: "set database back to " + have.Dialect + ", or start over: choose a new folder as output.migrations, " +
				"delete authgen.lock, and run `authgen generate --force`",
		}
	}
	return nil
}

// unfit refuses a schema that is sound but for what earlier ones left in it, such as
// a retained table that references a key whose type changes.
func unfit(err error) error {
	return &fault.Error{
		Msg: "tables that an earlier spec left behind do not fit this one: " + strings.ReplaceAll(err.Error(), "\n", "; "),
		Hint: "take the change in authgen.yaml back, turn on again what needed those tables, or drop them with " +
			"`authgen generate --allow-destructive`",
	}
}

// write fills in the statements of both directions.
func write(d Dialect, changes []Change) error {
	var refused []string
	for i := range changes {
		up, err := d.Statements(changes[i])
		if err != nil {
			refused = append(refused, err.Error())
			continue
		}
		down, err := d.Statements(changes[i].Reverse())
		if err != nil {
			refused = append(refused, err.Error())
			continue
		}
		changes[i].Up, changes[i].Down = up, down
	}
	if len(refused) == 0 {
		return nil
	}
	return &fault.Error{
		Msg: strings.Join(refused, "; "),
		Hint: "take the change in authgen.yaml back; or, when no database holds data worth keeping, start over: " +
			"delete the migrations and authgen.lock, and run `authgen generate --force`",
	}
}

func refuseNeedsData(changes []Change) error {
	subjects := subjectsOf(changes, NeedsData)
	if len(subjects) == 0 {
		return nil
	}
	return &fault.Error{
		Msg:  fmt.Sprintf("cannot %s: rows that exist have no value for it", strings.Join(subjects, ", ")),
		Hint: "a column added to an existing table needs a default or has to allow null",
	}
}

func refuseDestructive(changes []Change, allowed bool) error {
	subjects := subjectsOf(changes, Destructive)
	if allowed || len(subjects) == 0 {
		return nil
	}
	return &fault.Error{
		Msg:  fmt.Sprintf("the next migration would %s, and what rows hold there would be lost", strings.Join(subjects, ", ")),
		Hint: "take the change in authgen.yaml back, or permit it with `authgen generate --allow-destructive`",
	}
}

func subjectsOf(changes []Change, s Safety) []string {
	var subjects []string
	for _, c := range changes {
		if c.Safety == s {
			subjects = append(subjects, c.verb()+" "+c.Subject())
		}
	}
	return subjects
}

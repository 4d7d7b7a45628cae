package migrate

import "slices"

// Diff returns the changes that take have to want, in an order that runs: what
// is in the way of others goes first, tables come before what references them,
// and what loses data goes last. Nothing is guessed to be a rename. Diff judges
// nothing either: [Plan] decides what may happen and writes the statements.
//
// Both schemas must be valid.
func Diff(have, want Schema) []Change {
	have = adopt(have, want)
	d := differ{now: have}
	for _, t := range have.Tables {
		wanted, ok := want.Table(t.Name)
		if !ok {
			wanted = Table{Name: t.Name, Indexes: d.untaken(t, want)}
		}
		d.dropIndexes(t, wanted)
	}
	// Where the application has a column of that name, nothing else shall be done.
	for _, t := range want.Tables {
		if before, ok := have.Table(t.Name); ok && t.Existing {
			d.columns(before, t)
		}
	}
	for _, t := range ordered(want.Tables) {
		if _, ok := have.Table(t.Name); !ok {
			d.add(Change{Kind: AddTable, Table: t.Name, After: Definition{Table: t}})
		}
	}
	for _, t := range want.Tables {
		if before, ok := have.Table(t.Name); ok && !t.Existing {
			d.columns(before, t)
		}
	}
	for _, t := range want.Tables {
		if before, ok := have.Table(t.Name); ok {
			d.addIndexes(before, t)
		}
	}
	for _, t := range have.Tables {
		if after, ok := want.Table(t.Name); ok {
			d.dropColumns(t, after)
		}
	}
	d.dropTables(have, want)
	return d.changes
}

type differ struct {
	now     Schema // after the changes so far
	changes []Change
}

func (d *differ) add(c Change) {
	next, err := d.now.Apply(c)
	if err != nil {
		panic("migrate: an invalid schema was compared: " + err.Error())
	}
	if c.Kind != AddTable && c.Kind != DropTable {
		c.Before.Table, _ = d.now.Table(c.Table)
		c.After.Table, _ = next.Table(c.Table)
	}
	d.now = next
	c.Before.Table, c.After.Table = c.Before.Table.clone(), c.After.Table.clone()
	c.Safety, c.Comment = c.safety(), c.comment()
	d.changes = append(d.changes, c)
}

// untaken returns the indexes of a table to be dropped that may go with it: those
// whose name nothing wanted takes.
func (d *differ) untaken(t Table, want Schema) []Index {
	return slices.DeleteFunc(slices.Clone(t.Indexes), func(x Index) bool {
		return slices.ContainsFunc(want.Tables, func(w Table) bool {
			_, taken := w.Index(x.Name)
			return taken
		})
	})
}

func (d *differ) dropIndexes(before, after Table) {
	for _, x := range before.Indexes {
		if kept, ok := after.Index(x.Name); !ok || !sameIndex(x, kept) {
			d.add(Change{Kind: DropIndex, Table: before.Name, Before: Definition{Index: x}})
		}
	}
}

func (d *differ) addIndexes(before, after Table) {
	for _, x := range after.Indexes {
		if there, ok := before.Index(x.Name); !ok || !sameIndex(x, there) {
			d.add(Change{Kind: AddIndex, Table: after.Name, After: Definition{Index: x}})
		}
	}
}

func (d *differ) columns(before, after Table) {
	for _, c := range after.Columns {
		was, ok := before.Column(c.Name)
		switch {
		case !ok:
			d.add(Change{Kind: AddColumn, Table: after.Name, After: Definition{Column: c}})
		case !sameColumn(was, c):
			d.add(Change{Kind: AlterColumn, Table: after.Name, Before: Definition{Column: was}, After: Definition{Column: c}})
		}
	}
}

func (d *differ) dropColumns(before, after Table) {
	for _, c := range before.Columns {
		if _, ok := after.Column(c.Name); !ok {
			d.add(Change{Kind: DropColumn, Table: before.Name, Before: Definition{Column: c}})
		}
	}
}

// dropTables drops what references a table before the table. Indexes dropped on
// their own are no longer part of what the table is. Of a table of the application's,
// only what was added to it goes.
func (d *differ) dropTables(have, want Schema) {
	for _, t := range slices.Backward(ordered(have.Tables)) {
		if _, ok := want.Table(t.Name); ok {
			continue
		}
		if t.Existing {
			d.dropColumns(t, Table{Name: t.Name, Columns: t.existing()})
			continue
		}
		t = t.clone()
		t.Indexes = d.untaken(t, want)
		d.add(Change{Kind: DropTable, Table: t.Name, Before: Definition{Table: t}})
	}
}

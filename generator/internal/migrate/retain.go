package migrate

import "slices"

// Retain returns want plus what it leaves behind of have, marked as retained:
// tables it does not ask for, and columns that a row may leave out. Turning a
// strategy off therefore loses nothing.
//
// A column that demands a value from every new row cannot stay when nobody gives
// it one any more; it is left out, and [Diff] finds it dropped.
func Retain(have, want Schema) Schema {
	out := want.clone()
	for i := range out.Tables {
		if before, ok := have.Table(out.Tables[i].Name); ok {
			out.Tables[i].retain(before.clone())
		}
	}
	for _, t := range have.clone().Tables {
		if _, ok := want.Table(t.Name); !ok {
			t.Retained = true
			out.Tables = append(out.Tables, t)
		}
	}
	return out
}

func (t *Table) retain(before Table) {
	var kept []string
	for _, c := range before.Columns {
		if _, ok := t.Column(c.Name); ok || c.Existing || c.PrimaryKey || c.demandsValue() {
			continue
		}
		c.Retained = true
		t.Columns = append(t.Columns, c)
		kept = append(kept, c.Name)
	}
	for _, x := range before.Indexes {
		if _, ok := t.Index(x.Name); !ok && t.covers(x, kept) {
			t.Indexes = append(t.Indexes, x)
		}
	}
}

// covers reports whether x is on one of the kept columns, and on none that is gone.
func (t *Table) covers(x Index, kept []string) bool {
	gone := slices.ContainsFunc(x.Columns, func(name string) bool {
		_, ok := t.Column(name)
		return !ok
	})
	return !gone && slices.ContainsFunc(x.Columns, func(name string) bool { return slices.Contains(kept, name) })
}

package migrate

import (
	"fmt"
	"slices"

	"github.com/authgen-go/authgen/generator/internal/fault"
)

// existing returns the columns of t that are the application's.
func (t Table) existing() []Column {
	return slices.DeleteFunc(slices.Clone(t.Columns), func(c Column) bool { return !c.Existing })
}

// adopt returns have with the application's tables and columns as want has them: they
// are there whatever authgen.lock says, and no migration changes them.
func adopt(have, want Schema) Schema {
	out := have.clone()
	for _, t := range want.clone().Tables {
		if !t.Existing {
			continue
		}
		i := slices.IndexFunc(out.Tables, func(known Table) bool { return known.Name == t.Name })
		if i < 0 {
			out.Tables = append(out.Tables, Table{Name: t.Name, Existing: true, Columns: t.existing()})
			continue
		}
		added := slices.DeleteFunc(out.Tables[i].Columns, func(c Column) bool { return c.Existing })
		out.Tables[i].Columns = append(t.existing(), added...)
	}
	return out
}

// keepDefaults returns want with the defaults that columns of existing tables were added
// with. They are for the rows that were there, and those are done with: another default
// is no reason to change a column, which SQLite could not.
func keepDefaults(have, want Schema) Schema {
	out := want.clone()
	for i := range out.Tables {
		known, ok := have.Table(out.Tables[i].Name)
		if !ok || !out.Tables[i].Existing {
			continue
		}
		for j := range out.Tables[i].Columns {
			c := &out.Tables[i].Columns[j]
			if was, ok := known.Column(c.Name); ok && !c.Existing {
				c.Default = was.Default
			}
		}
	}
	return out
}

// refuseOtherOwner refuses to take over what the application made, and to give away what
// migrations made: either would be dropped by who did not make it.
func refuseOtherOwner(have, want Schema) error {
	for _, t := range want.Tables {
		known, ok := have.Table(t.Name)
		if !ok {
			continue
		}
		if known.Existing != t.Existing {
			return otherOwner("table "+t.Name, t.Existing, fmt.Sprintf("set users.existing back to %t, or choose another table", known.Existing))
		}
		for _, c := range t.Columns {
			was, ok := known.Column(c.Name)
			if ok && was.Existing != c.Existing {
				return otherOwner("column "+t.Name+"."+c.Name, c.Existing, "take the change in users.columns back, or choose another column")
			}
		}
	}
	return nil
}

func otherOwner(what string, existing bool, hint string) error {
	if existing {
		return &fault.Error{Msg: "the migrations so far made the " + what + ", which the spec now says the application made", Hint: hint}
	}
	return &fault.Error{Msg: "the migrations so far found the " + what + " in place, which the spec now wants them to make", Hint: hint}
}

package migrate

import "fmt"

// byDependency returns the tables so that each comes after those it references,
// otherwise in the order given. A table may reference itself.
func byDependency(tables []Table) ([]Table, error) {
	s := sorter{state: map[string]visit{}, tables: Schema{Tables: tables}}
	for _, t := range tables {
		if err := s.visit(t); err != nil {
			return nil, err
		}
	}
	return s.out, nil
}

// ordered is byDependency for tables of a valid schema.
func ordered(tables []Table) []Table {
	out, err := byDependency(tables)
	if err != nil {
		panic("migrate: an invalid schema was compared: " + err.Error())
	}
	return out
}

type visit int

const (
	unseen visit = iota
	open
	done
)

type sorter struct {
	tables Schema
	state  map[string]visit
	out    []Table
}

func (s *sorter) visit(t Table) error {
	switch s.state[t.Name] {
	case done:
		return nil
	case open:
		return fmt.Errorf("table %s references itself through other tables", t.Name)
	}
	s.state[t.Name] = open
	for _, c := range t.Columns {
		if c.References == nil || c.References.Table == t.Name {
			continue
		}
		target, ok := s.tables.Table(c.References.Table)
		if !ok {
			continue
		}
		if err := s.visit(target); err != nil {
			return err
		}
	}
	s.state[t.Name] = done
	s.out = append(s.out, t)
	return nil
}

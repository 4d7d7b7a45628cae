package migrate

import "fmt"

// alterTable returns the statements that turn one table into the other. It is one,
// so that an index that a foreign key needs can be replaced; but the servers do not
// take a foreign key away and bring one of the same name at once.
func (d MySQL) alterTable(before, after Table) []string {
	table := d.Quote(after.Name)
	dropped, added := d.foreignActions(before, after)
	var statements []string
	if len(dropped) > 0 && len(added) > 0 {
		statements = append(statements, alterTable(table, dropped))
		dropped = nil
	}
	gone, brought := d.keyActions(before, after)
	actions := append(dropped, gone...)
	actions = append(actions, d.columnActions(before, after)...)
	actions = append(actions, brought...)
	actions = append(actions, added...)
	if len(actions) == 0 {
		return statements
	}
	return append(statements, alterTable(table, actions))
}

func (d MySQL) columnActions(before, after Table) []string {
	var actions []string
	for _, c := range before.Columns {
		if _, ok := after.Column(c.Name); !ok {
			actions = append(actions, "DROP COLUMN "+d.Quote(c.Name))
		}
	}
	for _, c := range after.Columns {
		switch was, ok := before.Column(c.Name); {
		case !ok:
			actions = append(actions, "ADD COLUMN "+d.column(after, c))
		case d.column(before, was) != d.column(after, c):
			actions = append(actions, "MODIFY COLUMN "+d.column(after, c))
		}
	}
	return actions
}

func (d MySQL) keyActions(before, after Table) (dropped, added []string) {
	was, becomes := mysqlKeys(before), mysqlKeys(after)
	for _, k := range was {
		if !hasKey(becomes, k) {
			dropped = append(dropped, "DROP INDEX "+d.Quote(k.name))
		}
	}
	for _, k := range becomes {
		if !hasKey(was, k) {
			added = append(added, "ADD "+d.key(after, k))
		}
	}
	return dropped, added
}

func (d MySQL) foreignActions(before, after Table) (dropped, added []string) {
	for _, c := range before.Columns {
		kept, _ := after.Column(c.Name)
		if c.foreign() != nil && !sameReference(c.foreign(), kept.foreign()) {
			dropped = append(dropped, fmt.Sprintf("DROP FOREIGN KEY %s", constraintName(before.Name, c.Name, foreignConstraint)))
		}
	}
	for _, c := range after.Columns {
		was, _ := before.Column(c.Name)
		if c.foreign() != nil && !sameReference(was.foreign(), c.foreign()) {
			added = append(added, "ADD "+d.foreign(after.Name, c))
		}
	}
	return dropped, added
}

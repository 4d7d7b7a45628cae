package servertest

import (
	"net/netip"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// EventQuery selects the events of the table whose name is added to it, but for their order.
const EventQuery = "SELECT occurred_at, event, outcome, reason, actor, target, strategy, client_addr, request_id FROM "

// Events reads what an EventQuery finds. A row has its time in column, a destination for Scan,
// and as an instant in at.
func Events(rows interface {
	Next() bool
	Scan(...any) error
	Err() error
}, column any, at func() time.Time) ([]audit.Event, error) {
	var events []audit.Event
	for rows.Next() {
		var e audit.Event
		var addr string
		if err := rows.Scan(column, &e.Type, &e.Outcome, &e.Reason, &e.Actor, &e.Target, &e.Strategy, &addr, &e.Request.ID); err != nil {
			return nil, err
		}
		e.Time = at()
		if addr != "" {
			parsed, err := netip.ParseAddr(addr)
			if err != nil {
				return nil, err
			}
			e.Request.Addr = parsed
		}
		events = append(events, e)
	}
	return events, rows.Err()
}

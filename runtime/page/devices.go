package page

import (
	"slices"

	"github.com/authgen-go/authgen/runtime/session"
)

// DevicesOf describes sessions for people; current is the id of the one that asks, which
// comes first.
func DevicesOf[ID comparable](list []session.Session[ID], current string) []Device {
	devices := make([]Device, 0, len(list))
	for _, s := range list {
		devices = append(devices, Device{
			ID: s.ID, Name: s.Device(), IP: s.IP(), CreatedAt: s.CreatedAt, LastSeenAt: s.LastSeenAt,
			Remembered: s.Remembered, Current: s.ID == current,
		})
	}
	slices.SortStableFunc(devices, func(a, b Device) int {
		switch {
		case a.Current == b.Current:
			return 0
		case a.Current:
			return -1
		default:
			return 1
		}
	})
	return devices
}

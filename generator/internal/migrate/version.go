package migrate

import (
	"math/big"
	"regexp"
	"strings"
	"time"
)

// layout is the version of a new migration: an instant in UTC, to the second.
const layout = "20060102150405"

var versioned = regexp.MustCompile(`^([0-9]+).*\.(sql|go)$`)

// Next returns the version of the next migration: the time in UTC, or, in a folder
// of shorter sequence numbers, the next number in the same width. It is always
// greater than the newest version among the file names of the folder, whoever
// wrote them. Names that are no migrations are ignored.
func Next(existing []string, now time.Time) string {
	newest, width := new(big.Int), 0
	for _, name := range existing {
		digits := VersionOf(name)
		if digits == "" {
			continue
		}
		version, _ := new(big.Int).SetString(digits, 10)
		if width == 0 || version.Cmp(newest) > 0 {
			newest, width = version, len(digits)
		}
	}
	timed := now.UTC().Format(layout)
	if width == 0 {
		return timed
	}
	sequence := len(newest.String()) < len(layout)
	if stamp, _ := new(big.Int).SetString(timed, 10); !sequence && stamp.Cmp(newest) > 0 {
		return timed
	}
	if last, err := time.Parse(layout, newest.String()); err == nil {
		return last.Add(time.Second).Format(layout)
	}
	next := newest.Add(newest, big.NewInt(1)).String()
	return strings.Repeat("0", max(0, width-len(next))) + next
}

// VersionOf returns the digits a migration's file name begins with, or "" for a
// file that is no migration.
func VersionOf(name string) string {
	found := versioned.FindStringSubmatch(name)
	if found == nil {
		return ""
	}
	return found[1]
}

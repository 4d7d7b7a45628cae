package apikey

import (
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ErrInvalidDuration: the text of a request is no duration.
var ErrInvalidDuration = authn.NewProblem(authn.CodeInvalidRequest, "A duration is written like 12h, 30d or 1h30m.")

// durationPart is a number of one unit; a day is 24 hours.
var durationPart = regexp.MustCompile(`^([0-9]{1,9})(s|m|h|d|w)`)

// ParseDuration reads a duration as requests write it, like the spec: whole
// numbers of w, d, h, m and s. It is never negative. The error is
// [ErrInvalidDuration].
func ParseDuration(text string) (time.Duration, error) {
	var sum time.Duration
	rest := text
	for {
		part := durationPart.FindStringSubmatch(rest)
		if part == nil {
			return 0, ErrInvalidDuration
		}
		d, ok := span(part[1], part[2])
		if !ok || sum > math.MaxInt64-d {
			return 0, ErrInvalidDuration
		}
		sum += d
		if rest = strings.TrimPrefix(rest, part[0]); rest == "" {
			return sum, nil
		}
	}
}

// span is number times unit.
func span(number, unit string) (time.Duration, bool) {
	hours := map[string]time.Duration{"d": 24, "w": 7 * 24}[unit]
	if hours == 0 {
		d, err := time.ParseDuration(number + unit)
		return d, err == nil
	}
	d, err := time.ParseDuration(number + "h")
	return d * hours, err == nil && d <= math.MaxInt64/hours
}

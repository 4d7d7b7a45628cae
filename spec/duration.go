package spec

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// durationText is Go's notation without a sign, plus d and w.
const durationText = `([0-9]{1,9}(\.[0-9]{1,9})?(ns|us|ms|s|m|h|d|w))+`

var durationPart = regexp.MustCompile(`([0-9.]+)([a-z]+)`)

// parseDuration reads text that matches durationText. It reports false when
// the sum does not fit a time.Duration.
func parseDuration(text string) (time.Duration, bool) {
	var sum time.Duration

	for _, part := range durationPart.FindAllStringSubmatch(text, -1) {
		d, ok := parseDurationPart(part[1], part[2])
		if !ok || sum > math.MaxInt64-d {
			return 0, false
		}
		sum += d
	}

	return sum, true
}

// parseDurationPart reads one number with its unit. Days and weeks have no
// daylight saving here: they are 24 hours and seven times that.
func parseDurationPart(number, unit string) (time.Duration, bool) {
	hours := map[string]time.Duration{"d": 24, "w": 7 * 24}[unit]
	if hours == 0 {
		d, err := time.ParseDuration(number + unit)
		return d, err == nil
	}

	d, err := time.ParseDuration(number + "h")
	if err != nil || d > math.MaxInt64/hours {
		return 0, false
	}

	return d * hours, true
}

// formatDuration writes whole seconds the way a spec would: 90d, 1h30m, 45s.
func formatDuration(d time.Duration) string {
	if d >= day && d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}

	text := d.String()
	if cut, ok := strings.CutSuffix(text, "m0s"); ok {
		text = cut + "m"
	}
	if cut, ok := strings.CutSuffix(text, "h0m"); ok {
		text = cut + "h"
	}

	return text
}

// durationForm is a duration of whole seconds from low to high. units are those
// that a number without one may have meant.
func durationForm(low, high time.Duration, units ...string) form[time.Duration] {
	const what = "a duration such as 15m, 1h30m or 30d"

	span := "from " + formatDuration(low) + " to " + formatDuration(high)
	pattern := regexp.MustCompile("^" + durationText + "$")
	bare := make([]string, len(units))
	for i, unit := range units {
		bare[i] = "%s" + unit
	}

	return form[time.Duration]{
		kind:    kindText,
		what:    what,
		limits:  "A duration " + span + ".",
		pattern: pattern,
		maxLen:  32,
		bare:    bare,
		parse: func(text string) (time.Duration, *fault) {
			if !pattern.MatchString(text) {
				return 0, &fault{message: "expected " + what + ", found " + quote(text)}
			}
			d, ok := parseDuration(text)
			if !ok || d < low || d > high {
				return 0, &fault{message: "expected a duration " + span + ", found " + quote(text)}
			}
			if d%time.Second != 0 {
				return 0, &fault{message: "expected whole seconds, found " + quote(text)}
			}
			return d, nil
		},
	}
}

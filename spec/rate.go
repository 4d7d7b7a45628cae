package spec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// String writes the rate as a spec does: 5/1m.
func (r Rate) String() string {
	return strconv.Itoa(r.Count) + "/" + formatDuration(r.Per)
}

// The bounds of a rate. A longer span would need counters that outlive any
// process. A count above maxGuessCount would no longer slow a guesser down; a
// key that is known may be used more often.
const (
	maxGuessCount = 10_000
	maxKeyCount   = 1_000_000
	maxRatePer    = day
)

// rateForm is a count of events up to high, a slash, and the span they may take.
func rateForm(high int) form[Rate] {
	const what = "a rate such as 5/1m (count/duration)"

	limits := "from 1 to " + strconv.Itoa(high) + " in whole seconds from 1s to " + formatDuration(maxRatePer)
	pattern := regexp.MustCompile(fmt.Sprintf("^[1-9][0-9]{0,%d}/%s$", len(strconv.Itoa(high))-1, durationText))

	return form[Rate]{
		kind:    kindText,
		what:    what,
		limits:  "A rate " + limits + ".",
		pattern: pattern,
		maxLen:  32,
		bare:    []string{"%s/1m"},
		parse: func(text string) (Rate, *fault) {
			if !pattern.MatchString(text) {
				return Rate{}, &fault{message: "expected " + what + ", found " + quote(text)}
			}
			count, span, _ := strings.Cut(text, "/")
			n, err := strconv.Atoi(count)
			per, ok := parseDuration(span)
			if err != nil || n > high || !ok || per < time.Second || per > maxRatePer || per%time.Second != 0 {
				return Rate{}, &fault{message: "expected a rate " + limits + ", found " + quote(text)}
			}
			return Rate{Count: n, Per: per}, nil
		},
	}
}

// rateOrOff is the form of a rate that the word off may stand in for; off is the zero
// Rate.
func rateOrOff(f form[Rate]) form[Rate] {
	rate := f.parse
	f.what = off + " or " + f.what
	f.limits = strings.Replace(f.limits, "A rate", "off, or a rate", 1)
	f.pattern = regexp.MustCompile("^" + off + "$|" + f.pattern.String())
	f.parse = func(text string) (Rate, *fault) {
		if text == off {
			return Rate{}, nil
		}
		r, wrong := rate(text)
		if wrong != nil {
			wrong.message = strings.Replace(wrong.message, "expected ", "expected "+off+" or ", 1)
		}
		return r, wrong
	}

	return f
}

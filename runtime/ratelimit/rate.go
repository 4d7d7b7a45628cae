package ratelimit

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Rate is a number of takes in a span of time. A bucket of this Rate is full at
// first and holds Count takes, which may be used at once; from then on one comes
// back in each Per/Count, until it is full again. In any span d there are at most
// Count + d·Count/Per takes.
type Rate struct {
	Count int
	Per   time.Duration
}

// MaxPer bounds Rate.Per: what must be remembered longer is no limit but a ban,
// and belongs in a table.
const MaxPer = 366 * 24 * time.Hour

// String returns the text form: "5/1m", "100/1h30m".
func (r Rate) String() string {
	per := r.Per.String()
	if strings.HasSuffix(per, "m0s") {
		per = strings.TrimSuffix(per, "0s")
	}
	if strings.HasSuffix(per, "h0m") {
		per = strings.TrimSuffix(per, "0m")
	}
	return strconv.Itoa(r.Count) + "/" + per
}

// ParseRate reads the text form of a valid Rate. Beside Go's units the duration
// may be a whole number of days or weeks: "1000/1d", "5000/2w".
func ParseRate(text string) (Rate, error) {
	count, per, ok := strings.Cut(text, "/")
	if !ok {
		return Rate{}, fmt.Errorf("rate %q: want a count, a slash and a duration, such as 5/1m", text)
	}
	n, err := strconv.ParseUint(count, 10, 31)
	if err != nil {
		return Rate{}, fmt.Errorf("rate %q: the count is not a whole number", text)
	}
	d, err := parsePer(per)
	if err != nil {
		return Rate{}, fmt.Errorf("rate %q: %w", text, err)
	}
	r := Rate{Count: int(n), Per: d}
	if err := r.Validate(); err != nil {
		return Rate{}, err
	}
	return r, nil
}

func parsePer(text string) (time.Duration, error) {
	unit := 24 * time.Hour
	days, ok := strings.CutSuffix(text, "d")
	if !ok {
		unit *= 7
		days, ok = strings.CutSuffix(text, "w")
	}
	if !ok {
		d, err := time.ParseDuration(text)
		if err != nil {
			return 0, errors.New("the duration is none of 30s, 1h30m, 1d, 2w and the like")
		}
		return d, nil
	}
	n, err := strconv.ParseUint(days, 10, 9) // up to 511, beyond MaxPer in any unit
	if err != nil {
		return 0, errors.New("the number of days or weeks is not a small whole number")
	}
	return time.Duration(n) * unit, nil
}

// Validate returns an error unless Count is at least 1 and Per is between Count
// nanoseconds and MaxPer.
func (r Rate) Validate() error {
	switch {
	case r.Count < 1:
		return fmt.Errorf("rate %v: the count is less than 1", r)
	case r.Per < time.Duration(r.Count):
		return fmt.Errorf("rate %v: the duration is too short for the count", r)
	case r.Per > MaxPer:
		return fmt.Errorf("rate %v: the duration is longer than %d days", r, MaxPer/(24*time.Hour))
	}
	return nil
}

// interval is the time after which one take comes back, rounded up to a nanosecond
// so that rounding never allows more than the Rate.
func (r Rate) interval() time.Duration {
	n := time.Duration(r.Count)
	return (r.Per + n - 1) / n
}

// worth is how much sooner a bucket is full that n takes are given back to.
func (r Rate) worth(n int) (time.Duration, error) {
	if err := r.Validate(); err != nil {
		return 0, err
	}
	return r.interval() * time.Duration(min(max(n, 0), r.Count)), nil
}

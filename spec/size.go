package spec

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// The units of sizes, binary as memory is counted.
const (
	kib int64 = 1 << 10
	mib int64 = 1 << 20
	gib int64 = 1 << 30
)

const sizeText = `([1-9][0-9]{0,9})(KiB|MiB|GiB)`

// sizeForm is a number of bytes from low to high. why says what the lower
// bound protects.
func sizeForm(low, high int64, why string) form[int64] {
	const what = "a size such as 19MiB (KiB, MiB, GiB)"

	span := fmt.Sprintf("from %s to %s", formatSize(low), formatSize(high))
	pattern := regexp.MustCompile("^" + sizeText + "$")

	return form[int64]{
		kind:    kindText,
		what:    what,
		limits:  "A size " + span + ".",
		pattern: pattern,
		maxLen:  16,
		bare:    []string{"%sKiB", "%sMiB"},
		parse: func(text string) (int64, *fault) {
			m := pattern.FindStringSubmatch(text)
			if m == nil {
				return 0, &fault{message: "expected " + what + ", found " + quote(text)}
			}
			n, err := strconv.ParseInt(m[1], 10, 64)
			unit := map[string]int64{"KiB": kib, "MiB": mib, "GiB": gib}[m[2]]
			if err != nil || n > math.MaxInt64/unit || n*unit > high {
				return 0, &fault{message: "expected a size " + span + ", found " + quote(text)}
			}
			if n*unit < low {
				return 0, &fault{message: "expected a size " + span + ", found " + quote(text) + ": " + why}
			}
			return n * unit, nil
		},
	}
}

// formatSize writes bytes in the largest unit that divides them.
func formatSize(n int64) string {
	switch {
	case n%gib == 0:
		return strconv.FormatInt(n/gib, 10) + "GiB"
	case n%mib == 0:
		return strconv.FormatInt(n/mib, 10) + "MiB"
	}

	return strconv.FormatInt(n/kib, 10) + "KiB"
}

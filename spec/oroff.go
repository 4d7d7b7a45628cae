package spec

import (
	"regexp"
	"strings"
	"time"
)

// orOff is the form of a duration that the word off may stand in for; off is 0.
func orOff(f form[time.Duration]) form[time.Duration] {
	duration := f.parse
	f.what = off + " or " + f.what
	f.limits = strings.Replace(f.limits, "A duration", "off, or a duration", 1)
	f.pattern = regexp.MustCompile("^(" + off + "|" + durationText + ")$")
	f.parse = func(text string) (time.Duration, *fault) {
		if text == off {
			return 0, nil
		}
		d, wrong := duration(text)
		if wrong != nil {
			wrong.message = strings.Replace(wrong.message, "expected ", "expected "+off+" or ", 1)
		}
		return d, wrong
	}

	return f
}

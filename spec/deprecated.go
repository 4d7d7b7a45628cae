package spec

import (
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Deprecated is the dated end of a strategy. Both dates are midnights of UTC.
type Deprecated struct {
	Since  time.Time // from then on answers announce the end
	Sunset time.Time // after Since; from then on the strategy is refused
	Link   string    // https; what to do instead
}

func deprecatedSection(of func(*Spec) **Deprecated) section {
	open := func(s *Spec) { *of(s) = &Deprecated{} }

	return section{open: open, fields: []field{
		{
			key: "since", example: "2026-12-01", required: true,
			doc:   "The day from which answers announce the end (RFC 9745), at 00:00 UTC.",
			value: scalar[time.Time]{dateForm(), "2026-12-01", func(s *Spec) *time.Time { return &(*of(s)).Since }},
		},
		{
			key: "sunset", example: "2027-06-01", required: true,
			doc:   "The day on which the strategy ends (RFC 8594), at 00:00 UTC; after since.",
			value: scalar[time.Time]{dateForm(), "2027-06-01", func(s *Spec) *time.Time { return &(*of(s)).Sunset }},
		},
		{
			key: "link", example: "https://app.example.com/docs/tokens", required: true,
			doc:   "The page that says what to do instead.",
			value: scalar[string]{linkForm(), "https://app.example.com/docs/tokens", func(s *Spec) *string { return &(*of(s)).Link }},
		},
	}}
}

// deprecatedField is the key that every strategy has.
func deprecatedField(of func(*Spec) **Deprecated) field {
	return field{
		key: "deprecated", example: "{since: 2026-12-01, sunset: 2027-06-01, link: https://app.example.com/docs/tokens}",
		doc:   "The dated end of this strategy: it is announced, counted and audited from the first day on, and refused from the second on. Without it again, nobody is signed out.",
		value: deprecatedSection(of),
	}
}

const dateLayout = "2006-01-02"

// dateForm is a day, with or without quotes.
func dateForm() form[time.Time] {
	const what = "a date such as 2027-06-01 (year-month-day)"

	pattern := regexp.MustCompile(`^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)

	return form[time.Time]{
		kind:    kindText,
		date:    true,
		what:    what,
		pattern: pattern,
		maxLen:  len(dateLayout),
		parse: func(text string) (time.Time, *fault) {
			t, err := time.Parse(dateLayout, text)
			if err != nil || !pattern.MatchString(text) {
				return time.Time{}, &fault{message: "expected " + what + ", found " + quote(text)}
			}
			return t, nil
		},
	}
}

// linkForm is a page. The fragment may name a part of it.
func linkForm() form[string] {
	const what = "a URL such as https://app.example.com/docs/tokens (at most 512 characters)"

	return textForm(what, `^https://[A-Za-z0-9._~:/@?=&%+#-]+$`, 512, func(text string) *fault {
		u, err := url.Parse(text)

		switch {
		case err == nil && u.Scheme == "http":
			return &fault{message: "expected https, found " + quote(text), try: "https" + strings.TrimPrefix(text, "http")}
		case err != nil || u.Scheme != "https":
			return &fault{message: "expected " + what + ", found " + quote(text)}
		case u.User != nil:
			return &fault{message: "expected a URL without a user, found one"}
		case !validHost(strings.ToLower(u.Hostname())) || !validPort(u.Port()):
			return &fault{message: "expected a URL with a host, found " + quote(text)}
		}

		return nil
	})
}

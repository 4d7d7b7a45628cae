package spec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A form is how a scalar is written and what it means. It serves the decoder
// and the schema alike: what a schema can check of a value is data here, and
// parse adds only what a schema cannot say.
type form[T any] struct {
	kind    nodeKind
	date    bool           // of text: what YAML takes for a date without quotes is meant as text
	what    string         // completes "expected …"
	limits  string         // told in the schema's description when patterns cannot; "" for none
	values  []string       // of an enumeration
	pattern *regexp.Regexp // of text; works in Go and in ECMA-262 alike
	maxLen  int            // of text, in characters; 0 for none
	min     int            // of an integer
	max     int
	bare    []string // of text: what to write instead of an integer, for which %s stands

	// parse returns the value of text that has the form's kind. Text that it
	// accepts must also match the pattern and the bounds above.
	parse func(text string) (T, *fault)
}

// maxText bounds what is looked at closely. Every form takes less.
const maxText = 1024

// read returns the value of n, or what is wrong with it. example is a whole
// valid line for the hint.
func (f form[T]) read(n *node, key, example string) (T, *fault) {
	var zero T

	if n.kind != f.kind && !(f.date && n.kind == kindDate) {
		return zero, &fault{message: f.expected(n), hint: f.misfitHint(n, key, example)}
	}

	if f.maxLen > 0 && len(n.text) > maxText {
		return zero, &fault{message: f.expected(n), hint: "for example " + example}
	}

	v, wrong := f.parse(n.text)
	if wrong == nil && !f.fits(n.text) {
		wrong = &fault{message: f.expected(n)}
	}
	if wrong == nil {
		return v, nil
	}

	switch {
	case wrong.try != "" && f.accepts(wrong.try):
		wrong.hint = "write " + wrong.try
	case wrong.hint == "":
		wrong.hint = "for example " + example
	}

	return zero, wrong
}

func (f form[T]) expected(n *node) string {
	return "expected " + f.what + ", found " + n.describe()
}

// fits reports whether text is what the schema would accept.
func (f form[T]) fits(text string) bool {
	return (f.pattern == nil || f.pattern.MatchString(text)) && (f.maxLen == 0 || len(text) <= f.maxLen)
}

// misfitHint helps with a value of another type: most often a number without
// its unit, or a name that YAML takes for a number.
func (f form[T]) misfitHint(n *node, key, example string) string {
	if n.kind == kindInteger {
		if lines := f.completed(n.text, key); lines != nil {
			return "write " + strings.Join(lines, " or ")
		}
	}
	if f.kind == kindText && n.kind != kindNull && n.kind < kindList && f.accepts(n.text) {
		return "quote it: " + quote(n.text)
	}

	return "for example " + example
}

// completed returns the valid lines that come of an integer when what is
// missing, such as a unit, is added.
func (f form[T]) completed(integer, key string) []string {
	var lines []string

	for _, with := range f.bare {
		if text := strings.ReplaceAll(with, "%s", integer); f.accepts(text) {
			lines = append(lines, key+": "+text)
		}
	}

	return lines
}

func (f form[T]) accepts(text string) bool {
	_, wrong := f.parse(text)

	return wrong == nil && f.fits(text)
}

// textForm is text that matches pattern and passes check, which may be nil.
func textForm(what, pattern string, maxLen int, check func(string) *fault) form[string] {
	return form[string]{
		kind:    kindText,
		what:    what,
		pattern: regexp.MustCompile(pattern),
		maxLen:  maxLen,
		parse: func(text string) (string, *fault) {
			if check == nil {
				return text, nil
			}
			return text, check(text)
		},
	}
}

// enumForm is one of the given values.
func enumForm[E ~string](values ...E) form[E] {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	what := "one of " + strings.Join(names, ", ")
	if len(names) == 1 {
		what = names[0]
	}

	return form[E]{
		kind:   kindText,
		what:   what,
		values: names,
		parse: func(text string) (E, *fault) {
			for _, v := range values {
				if string(v) == text {
					return v, nil
				}
			}
			near, _ := nearest(text, names)
			return "", &fault{message: "expected " + what + ", found " + quote(text) + didYouMean(text, names), try: near}
		},
	}
}

// intForm is a whole number from low to high, in plain decimal digits.
func intForm(low, high int) form[int] {
	f := form[int]{
		kind: kindInteger,
		what: fmt.Sprintf("a whole number from %d to %d", low, high),
		min:  low,
		max:  high,
	}
	if low == high {
		f.what = strconv.Itoa(low)
	}
	f.parse = func(text string) (int, *fault) {
		n, err := strconv.Atoi(text)
		if err != nil || n < low || n > high || strconv.Itoa(n) != text {
			return 0, &fault{message: "expected " + f.what + ", found " + cut(text)}
		}
		return n, nil
	}

	return f
}

// boolForm is true or false.
func boolForm() form[bool] {
	return form[bool]{
		kind: kindBool,
		what: "true or false",
		parse: func(text string) (bool, *fault) {
			switch text {
			case "true":
				return true, nil
			case "false":
				return false, nil
			}
			return false, &fault{message: "expected true or false, found " + cut(text)}
		},
	}
}

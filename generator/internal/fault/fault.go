// Package fault holds the one error type of the generator that speaks to the
// person at the keyboard.
package fault

import "strings"

// An Error is a refusal a person can act on. Every other error of the generator
// is a failing disk or a defect.
type Error struct {
	Msg   string   // what is wrong, lower case, one sentence without its full stop
	Hint  string   // the ways out; "" when the message says enough
	Files []string // the files concerned, slash-separated, relative to the project's root
}

// Error returns the message and the files, without the hint: commands print
// that on a line of its own.
func (e *Error) Error() string {
	if len(e.Files) == 0 {
		return e.Msg
	}
	return e.Msg + ": " + strings.Join(e.Files, ", ")
}

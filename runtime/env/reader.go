// Package env reads a program's configuration from environment variables and
// reports everything that is wrong with it at once, by variable name and never
// with a value (SECURITY KEY-01, KEY-09).
//
//	r := env.NewReader(os.LookupEnv)
//	cfg := Config{Root: r.Secret("AUTH_SECRET"), BaseURL: r.BaseURL()}
//	if err := r.Err(); err != nil {
//		return Config{}, err
//	}
package env

import (
	"errors"
	"fmt"
	"slices"

	"github.com/authgen-go/authgen/runtime/secret"
)

// A Reader looks variables up and collects what is wrong with them. What its
// methods return is of use only once [Reader.Err] has returned nil; until then
// a refused variable gives a zero value, so that reading can go on and find the
// next problem. A Reader keeps no values and must not be shared by goroutines.
type Reader struct {
	lookup   func(string) (string, bool)
	problems []string
}

// NewReader returns a Reader of the variables that lookup finds: os.LookupEnv
// in a program, a map's lookup in a test.
func NewReader(lookup func(string) (string, bool)) *Reader {
	return &Reader{lookup: lookup}
}

// String returns the variable's value as it is, or fallback when the variable
// is unset or empty.
func (r *Reader) String(name, fallback string) string {
	if v, ok := r.lookup(name); ok && v != "" {
		return v
	}
	return fallback
}

// Required returns the variable's value as it is. That it is unset or empty is
// a problem.
func (r *Reader) Required(name string) string {
	v := r.String(name, "")
	if v == "" {
		r.refuse(name + " is not set")
	}
	return v
}

// Secret returns the variable's value read by [secret.Parse]. That it is unset,
// empty, not base64, too short or made up is a problem: there is no fallback
// secret.
func (r *Reader) Secret(name string) secret.Secret {
	s, err := secret.Parse(name, r.String(name, ""))
	if err != nil {
		r.refuse(err.Error())
	}
	return s
}

// Err returns nil when every variable read so far was good, and otherwise one
// error with a line for each problem, in the order of reading. A line begins
// with the variable's name and says what is wrong, never what the value is.
func (r *Reader) Err() error {
	errs := make([]error, len(r.problems))
	for i, p := range r.problems {
		errs[i] = errors.New(p)
	}
	return errors.Join(errs...)
}

// refuse notes a problem, once however often the variable is read.
func (r *Reader) refuse(problem string) {
	if !slices.Contains(r.problems, problem) {
		r.problems = append(r.problems, problem)
	}
}

// refuseFor notes what err says of the variable.
func (r *Reader) refuseFor(name string, err error) {
	r.refuse(fmt.Sprintf("%s %v", name, err))
}

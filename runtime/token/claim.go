package token

import (
	"encoding"
	"fmt"
)

// A Claim is a claim of an application: a name and a field of the struct C. Claims
// are optional in tokens, and their fields then zero, unless they are
// [Claim.Required]; a claim of another type is refused. Null is another type.
type Claim[C any] struct {
	name     string
	required bool
	read     func(*C, *scanner)
	write    func(*C, []byte) ([]byte, error)
}

// Required returns a copy of c that tokens must have. Tokens that were made before
// the claim was thought of are then refused.
func (c Claim[C]) Required() Claim[C] {
	c.required = true
	return c
}

// StringClaim is a claim whose value is a string.
func StringClaim[C any](name string, field func(*C) *string) Claim[C] {
	return Claim[C]{
		name:  name,
		read:  func(c *C, s *scanner) { *field(c) = string(s.str()) },
		write: func(c *C, b []byte) ([]byte, error) { return appendString(b, *field(c)) },
	}
}

// Int64Claim is a claim whose value is a number without fraction and exponent.
func Int64Claim[C any](name string, field func(*C) *int64) Claim[C] {
	return Claim[C]{
		name:  name,
		read:  func(c *C, s *scanner) { *field(c) = s.integer() },
		write: func(c *C, b []byte) ([]byte, error) { return fmt.Appendf(b, "%d", *field(c)), nil },
	}
}

// BoolClaim is a claim whose value is true or false.
func BoolClaim[C any](name string, field func(*C) *bool) Claim[C] {
	return Claim[C]{
		name:  name,
		read:  func(c *C, s *scanner) { *field(c) = s.boolean() },
		write: func(c *C, b []byte) ([]byte, error) { return fmt.Appendf(b, "%t", *field(c)), nil },
	}
}

// StringsClaim is a claim whose value is an array of strings.
func StringsClaim[C any](name string, field func(*C) *[]string) Claim[C] {
	return Claim[C]{
		name:  name,
		read:  func(c *C, s *scanner) { *field(c) = s.strings() },
		write: func(c *C, b []byte) ([]byte, error) { return appendStrings(b, *field(c)) },
	}
}

// A Text is a pointer to a T that reads and writes itself as text, such as to a
// uuid.UUID.
type Text[T any] interface {
	*T
	encoding.TextUnmarshaler
	encoding.TextMarshaler
}

// TextClaim is a claim whose value is a string in which a T wrote itself. Other
// spellings of the same T are refused.
func TextClaim[C, T any, P Text[T]](name string, field func(*C) *T) Claim[C] {
	return Claim[C]{
		name: name,
		read: func(c *C, s *scanner) {
			text, value := s.str(), P(field(c))
			if s.failed || value.UnmarshalText(text) != nil {
				s.fail()
				return
			}
			if again, err := value.MarshalText(); err != nil || string(again) != string(text) {
				s.fail()
			}
		},
		write: func(c *C, b []byte) ([]byte, error) {
			text, err := P(field(c)).MarshalText()
			if err != nil {
				return nil, err
			}
			return appendString(b, string(text))
		},
	}
}

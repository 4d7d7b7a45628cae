// Package structured reads structured fields of HTTP (RFC 9651), so that tests hold what
// the runtime writes into them against the standard and not against itself. Nothing but
// tests may import it.
//
// It reads items and lists of items with parameters. Inner lists, dictionaries and
// display strings are errors: no field that the runtime writes has them.
package structured

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// An Item is a bare item with its parameters. A bare item is one of
//
//   - int64, an integer
//   - float64, a decimal
//   - string
//   - bool
//   - []byte, a byte sequence
//   - [Token]
//   - [Date]
type Item struct {
	Value  any
	Params []Param // in the order of the field; each key once
}

// A Param is a parameter of an item.
type Param struct {
	Key   string
	Value any // as of an Item; true where the field gives none
}

// A Token is a short text without quotes.
type Token string

// A Date is an instant as seconds since 1970.
type Date int64

// Param returns the value of a parameter, nil without one.
func (i Item) Param(key string) any {
	for _, p := range i.Params {
		if p.Key == key {
			return p.Value
		}
	}
	return nil
}

// ParseItem reads a field that is an item from its lines (RFC 9651 section 4.2).
func ParseItem(lines ...string) (Item, error) {
	f := newField(lines)
	item, err := f.item()
	if err != nil {
		return Item{}, err
	}
	return item, f.end()
}

// ParseList reads a field that is a list of items from its lines. No lines are the empty
// list.
func ParseList(lines ...string) ([]Item, error) {
	f := newField(lines)
	list := []Item{}
	if f.rest == "" {
		return list, nil
	}
	for {
		item, err := f.item()
		if err != nil {
			return nil, err
		}
		list = append(list, item)
		f.skip(" \t")
		if f.rest == "" {
			return list, nil
		}
		if !f.eat(',') {
			return nil, f.bad("a comma")
		}
		if f.skip(" \t"); f.rest == "" {
			return nil, f.bad("an item")
		}
	}
}

// A field is what is still to be read.
type field struct{ rest string }

func newField(lines []string) *field {
	f := &field{strings.Join(lines, ", ")}
	f.skip(" ")
	return f
}

func (f *field) end() error {
	if f.skip(" "); f.rest != "" {
		return f.bad("the end")
	}
	return nil
}

func (f *field) bad(want string) error {
	return fmt.Errorf("structured: %q where %s belongs", f.rest, want)
}

func (f *field) skip(set string) { f.rest = strings.TrimLeft(f.rest, set) }

// next is the byte to be read, 0 at the end.
func (f *field) next() byte {
	if f.rest == "" {
		return 0
	}
	return f.rest[0]
}

func (f *field) eat(c byte) bool {
	if f.rest == "" || f.rest[0] != c {
		return false
	}
	f.rest = f.rest[1:]
	return true
}

// while reads as many bytes as meet a condition.
func (f *field) while(meets func(byte) bool) string {
	n := 0
	for n < len(f.rest) && meets(f.rest[n]) {
		n++
	}
	text := f.rest[:n]
	f.rest = f.rest[n:]
	return text
}

func (f *field) item() (Item, error) {
	value, err := f.bareItem()
	if err != nil {
		return Item{}, err
	}
	params, err := f.params()
	return Item{value, params}, err
}

func (f *field) params() ([]Param, error) {
	var list []Param
	for f.eat(';') {
		f.skip(" ")
		if c := f.next(); !lower(c) && c != '*' {
			return nil, f.bad("a key")
		}
		p := Param{Key: f.while(keyByte), Value: true}
		if f.eat('=') {
			value, err := f.bareItem()
			if err != nil {
				return nil, err
			}
			p.Value = value
		}
		list = set(list, p)
	}
	return list, nil
}

// set adds a parameter to a list, or replaces the one of that key.
func set(list []Param, p Param) []Param {
	for i := range list {
		if list[i].Key == p.Key {
			list[i] = p
			return list
		}
	}
	return append(list, p)
}

func (f *field) bareItem() (any, error) {
	switch c := f.next(); {
	case c == '-' || digit(c):
		return f.number()
	case c == '"':
		return f.str()
	case c == '*' || lower(c) || upper(c):
		return Token(f.while(tokenByte)), nil
	case c == ':':
		return f.bytes()
	case c == '?':
		return f.boolean()
	case c == '@':
		return f.date()
	default:
		return nil, f.bad("an item")
	}
}

func (f *field) number() (any, error) {
	sign := ""
	if f.eat('-') {
		sign = "-"
	}
	whole := f.while(digit)
	if whole == "" {
		return nil, f.bad("a digit")
	}
	if !f.eat('.') {
		if len(whole) > 15 {
			return nil, f.bad("an integer of 15 digits at most")
		}
		return strconv.ParseInt(sign+whole, 10, 64)
	}
	fraction := f.while(digit)
	if len(whole) > 12 || fraction == "" || len(fraction) > 3 {
		return nil, f.bad("a decimal of 12 digits and 3 at most")
	}
	return strconv.ParseFloat(sign+whole+"."+fraction, 64)
}

func (f *field) str() (any, error) {
	f.eat('"')
	var b strings.Builder
	for f.rest != "" {
		c := f.rest[0]
		f.rest = f.rest[1:]
		switch {
		case c == '"':
			return b.String(), nil
		case c == '\\':
			if c = f.next(); c != '"' && c != '\\' {
				return nil, f.bad("a quote or backslash")
			}
			f.rest = f.rest[1:]
		case c < ' ' || c > '~':
			return nil, f.bad("printable ASCII")
		}
		b.WriteByte(c)
	}
	return nil, f.bad("a quote")
}

func (f *field) bytes() (any, error) {
	f.eat(':')
	text := f.while(func(c byte) bool { return c != ':' })
	if !f.eat(':') {
		return nil, f.bad("a colon")
	}
	return base64.StdEncoding.DecodeString(text)
}

func (f *field) boolean() (any, error) {
	f.eat('?')
	if f.eat('1') {
		return true, nil
	}
	if f.eat('0') {
		return false, nil
	}
	return nil, f.bad("0 or 1")
}

func (f *field) date() (any, error) {
	f.eat('@')
	n, err := f.number()
	if err != nil {
		return nil, err
	}
	seconds, ok := n.(int64)
	if !ok {
		return nil, f.bad("an integer")
	}
	return Date(seconds), nil
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
func lower(c byte) bool { return 'a' <= c && c <= 'z' }
func upper(c byte) bool { return 'A' <= c && c <= 'Z' }

func keyByte(c byte) bool { return lower(c) || digit(c) || strings.IndexByte("_-.*", c) >= 0 }

func tokenByte(c byte) bool {
	return lower(c) || upper(c) || digit(c) || strings.IndexByte("!#$%&'*+-.^_`|~:/", c) >= 0
}

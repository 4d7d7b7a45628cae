package token

import "unicode/utf8"

const (
	// maxNames bounds the names of all objects that are open at once, so that looking
	// for a name that occurs twice cannot take long.
	maxNames = 256
	// maxDepth bounds how deep values are nested.
	maxDepth = 16
)

// A scanner reads one JSON document of RFC 8259 in a single pass. It takes valid
// UTF-8 only, no name twice in an object and no lone surrogates (SECURITY JWT-10;
// encoding/json takes all of them). Escapes are resolved in place: the text is
// changed, and what is returned are slices of it. The first failure stays; after it
// everything returned is empty.
type scanner struct {
	text   []byte
	at     int
	start  int // of the last string, without its quote
	depth  int
	names  []span
	failed bool
}

// A span is a part of the text.
type span struct{ from, to int32 }

// An object or array that is being read.
type object struct {
	name  []byte // of the member whose value comes next
	base  int    // how many names were open before it
	count int
}

// newScanner reads text, keeping names of objects in the room of names.
func newScanner(text []byte, names []span) scanner {
	return scanner{text: text, names: names[:0:min(len(names), maxNames)], failed: !utf8.Valid(text)}
}

func (s *scanner) fail() { s.failed = true }

// finish reports whether the document was good and nothing follows it.
func (s *scanner) finish() bool {
	return s.peek() == 0 && s.at == len(s.text) && !s.failed
}

// peek skips white space and returns the next byte, or 0.
func (s *scanner) peek() byte {
	if s.failed {
		return 0
	}
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// take consumes c if it is next.
func (s *scanner) take(c byte) bool {
	if s.peek() != c || s.failed {
		return false
	}
	s.at++
	return true
}

// object begins an object; its members are then read with next.
func (s *scanner) object() object { return s.begin('{') }

// array begins an array; its elements are then read with element.
func (s *scanner) array() object { return s.begin('[') }

func (s *scanner) begin(c byte) object {
	s.depth++
	if !s.take(c) || s.depth > maxDepth {
		s.fail()
	}
	return object{base: len(s.names)}
}

// next moves to the next member and reports whether there is one. Its value must
// then be read.
func (s *scanner) next(o *object) bool {
	if s.end(o, '}') {
		s.names = s.names[:o.base]
		return false
	}
	o.name = s.name(o.base)
	if !s.take(':') {
		s.fail()
	}
	return !s.failed
}

// element moves to the next element and reports whether there is one.
func (s *scanner) element(o *object) bool { return !s.end(o, ']') }

// end consumes what comes before a member or element, or the end.
func (s *scanner) end(o *object, closing byte) bool {
	if s.take(closing) {
		s.depth--
		return true
	}
	if o.count > 0 && !s.take(',') {
		s.fail()
	}
	o.count++
	return s.failed
}

// name reads a name that no other member since base has.
func (s *scanner) name(base int) []byte {
	name := s.str()
	if s.failed || len(s.names) == cap(s.names) {
		s.fail()
		return nil
	}
	for _, other := range s.names[base:] {
		if string(s.text[other.from:other.to]) == string(name) {
			s.fail()
			return nil
		}
	}
	s.names = append(s.names, span{int32(s.start), int32(s.start + len(name))})
	return name
}

// skip reads a value of any kind.
func (s *scanner) skip() {
	switch c := s.peek(); c {
	case '{':
		for o := s.object(); s.next(&o); {
			s.skip()
		}
	case '[':
		for o := s.array(); s.element(&o); {
			s.skip()
		}
	case '"':
		s.str()
	case 't', 'f':
		s.boolean()
	case 'n':
		s.literal("null")
	default:
		s.number()
	}
}

package token

import "strings"

// A reader reads claims for one verifier.
type reader[C any] struct {
	schema  *Schema[C]
	foreign bool
	// The texts that good tokens have all the same, so that they are not copied.
	issuer   string
	audience []string
}

// read reads decoded claims. Nothing of them is judged yet.
func (r *reader[C]) read(text []byte, names []span) (C, error) {
	var c C
	base := r.schema.base(&c)
	s := newScanner(text, names)
	var present uint64
	for o := s.object(); s.next(&o); {
		if r.readBase(base, &s, o.name) {
			continue
		}
		if i := r.schema.find(o.name); i >= 0 {
			r.schema.extra[i].read(&c, &s)
			present |= 1 << i
			continue
		}
		if folds(o.name, r.schema.names) {
			s.fail()
		}
		s.skip()
	}
	var none C
	if !s.finish() {
		return none, errClaims
	}
	for i, claim := range r.schema.extra {
		if claim.required && present&(1<<i) == 0 {
			return none, errMissing
		}
	}
	return c, nil
}

// readBase reads the value of name into c, if it is one of [Claims].
func (r *reader[C]) readBase(c *Claims, s *scanner, name []byte) bool {
	switch string(name) {
	case "iss":
		c.Issuer = known(s.str(), r.issuer)
	case "sub":
		c.Subject = string(s.str())
	case "aud":
		c.Audience = r.readAudience(s)
	case "exp":
		c.ExpiresAt = s.date()
	case "nbf":
		c.NotBefore = s.date()
	case "iat":
		c.IssuedAt = s.date()
	case "jti":
		c.ID = string(s.str())
	case "client_id":
		c.ClientID = string(s.str())
	case "scope":
		c.Scopes = strings.FieldsFunc(string(s.str()), func(r rune) bool { return r == ' ' })
	case "roles":
		c.Roles = s.strings()
	case "auth_time":
		c.AuthTime = s.date()
	case "ver", "sid":
		r.readOwn(c, s, name)
	default:
		return false
	}
	return true
}

// readOwn reads what means something in our own tokens alone. What another issuer
// calls by these names is passed over.
func (r *reader[C]) readOwn(c *Claims, s *scanner, name []byte) {
	switch {
	case r.foreign:
		s.skip()
	case string(name) == "ver":
		c.Version = s.integer()
	default:
		c.Family = string(s.str())
	}
}

// readAudience reads a string or an array of strings (RFC 7519 section 4.1.3).
func (r *reader[C]) readAudience(s *scanner) []string {
	if s.peek() == '"' {
		return []string{r.knownAudience(s.str())}
	}
	var list []string
	for o := s.array(); s.element(&o); {
		list = append(list, r.knownAudience(s.str()))
	}
	return list
}

func (r *reader[C]) knownAudience(text []byte) string {
	for _, a := range r.audience {
		if string(text) == a {
			return a
		}
	}
	return string(text)
}

// known returns text as a string, without a copy if it is the expected one.
func known(text []byte, expected string) string {
	if string(text) == expected {
		return expected
	}
	return string(text)
}

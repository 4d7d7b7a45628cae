package oauthserver

// Forge makes a secret that no storage knows.
func Forge() string {
	secret, _ := newSecret()
	return secret
}

// ParseSecret returns the hash of a secret, or false if text cannot be one.
func ParseSecret(text string) (Hash, bool) { return parseSecret(text) }

// NewID makes the id of a client.
func NewID() string { return newID() }

// IsID reports whether text can be the id of a client.
func IsID(text string) bool { return isID(text) }

// ParseBasic reads the value of an Authorization header.
func ParseBasic(header string) (id, secret string, ok bool) { return parseBasic(header) }

// ParsePairs reads a form.
func ParsePairs(body string) (Form, error) { return parsePairs(body) }

// Values are the parameters of a form, by name.
func (f Form) Values() map[string]string { return f.values }

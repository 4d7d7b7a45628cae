package spec

// The strategies that act on requests, as order and policies name them. oauth is none
// of them: what a login through a provider gives is a session or a token.
const (
	APIKeyStrategy  = "api_key"
	JWTStrategy     = "jwt"
	SessionStrategy = "session"
)

func strategyForm() form[string] { return enumForm(APIKeyStrategy, JWTStrategy, SessionStrategy) }

// Acting returns the names of the picked strategies that act on requests, in the
// order in which they are asked by default.
func (s Strategies) Acting() []string {
	var names []string
	if s.APIKey != nil {
		names = append(names, APIKeyStrategy)
	}
	if s.JWT != nil {
		names = append(names, JWTStrategy)
	}
	if s.Session != nil {
		names = append(names, SessionStrategy)
	}

	return names
}

// Deprecation returns the dated end of the strategy called name, nil if it has none.
func (s Strategies) Deprecation(name string) *Deprecated {
	switch {
	case name == APIKeyStrategy && s.APIKey != nil:
		return s.APIKey.Deprecated
	case name == JWTStrategy && s.JWT != nil:
		return s.JWT.Deprecated
	case name == SessionStrategy && s.Session != nil:
		return s.Session.Deprecated
	}

	return nil
}

// ExchangesForTokens reports whether a session can be exchanged for tokens: sessions
// end on a date, and tokens do not or do later.
func (s Strategies) ExchangesForTokens() bool {
	return s.Issues() && s.Session != nil && outlives(s.JWT.Deprecated, s.Session.Deprecated)
}

// ExchangesForSession reports whether an access token can be exchanged for a session.
func (s Strategies) ExchangesForSession() bool {
	return s.Issues() && s.Session != nil && outlives(s.Session.Deprecated, s.JWT.Deprecated)
}

// Exchanges reports whether one credential can be exchanged for another.
func (s Strategies) Exchanges() bool { return s.ExchangesForTokens() || s.ExchangesForSession() }

// outlives reports whether there is an end, and something else goes on after it.
func outlives(other, end *Deprecated) bool {
	return end != nil && (other == nil || other.Sunset.After(end.Sunset))
}

package oauth

// OpenFlow opens the text of a cookie and returns the provider's secrets in it.
func OpenFlow(s *Service, provider, text string) (verifier, nonce string, ok bool) {
	f, ok := s.openFlow(provider, text)
	return f.Verifier, f.Nonce, ok
}

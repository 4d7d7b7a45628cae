package token

// isSame reports whether two keys of one name do the same. Thumbprints are of the public
// key, or of what only holders of an HS256 secret can compute.
func (k *Key) isSame(other *Key) bool {
	return other != nil && k.alg == other.alg && k.thumbprint == other.thumbprint && k.CanSign() == other.CanSign()
}

// equals reports whether two sets have the same keys and sign with the same one.
func (s *KeySet) equals(other *KeySet) bool {
	if len(s.byID) != len(other.byID) || (s.signing == nil) != (other.signing == nil) {
		return false
	}
	if s.signing != nil && s.signing.id != other.signing.id {
		return false
	}
	for id, k := range s.byID {
		if !k.isSame(other.byID[id]) {
			return false
		}
	}
	return true
}

// Keeping returns s with the keys of old in place of those that are the same: of one
// name, algorithm and key, and alike in whether they sign. Verifiers know the tokens that
// they have seen by the key that verified them, and would verify all of them again for an
// equal one. It changes neither set; old may be nil.
func (s *KeySet) Keeping(old *KeySet) *KeySet {
	if old == nil || old == s {
		return s
	}
	merged := &KeySet{signing: s.signing, byID: make(map[string]*Key, len(s.byID)), jwks: s.jwks, etag: s.etag}
	for id, k := range s.byID {
		if was := old.byID[id]; k.isSame(was) {
			k = was
		}
		merged.byID[id] = k
	}
	if s.signing != nil {
		merged.signing = merged.byID[s.signing.id]
	}
	return merged
}

package apikey

// Forge makes a key that no storage knows, and its hash.
func Forge(prefix string) (string, Hash) { return newKey(prefix) }

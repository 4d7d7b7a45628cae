package revocation

// NewMemoryOf is NewMemory with room for another number of tokens.
var NewMemoryOf = newMemory

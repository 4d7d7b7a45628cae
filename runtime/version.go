// Package runtime is what generated packages link against. Its subpackages hold
// what must be mended everywhere at once: cryptography, protocols, strict
// parsing, atomic single use and timing. A generated package holds what differs
// from project to project and calls into them.
package runtime

// SupportsGenerated1 is referred to by every generated package. When it does
// not compile, the two have drifted apart: run "go get -u
// github.com/authgen-go/authgen" if the runtime is the older one, and
// "authgen generate" if the generated code is.
const SupportsGenerated1 = true

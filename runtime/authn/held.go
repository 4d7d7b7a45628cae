package authn

import "slices"

// Held returns those of the roles that a credential names which its owner still has:
// what a token says was true when it was made, and what was taken away since does not
// count any more (SECURITY AUT-03). The result must not be changed: it is have itself
// when the two agree, which is the usual case and costs nothing.
func Held[R ~string](named []string, have []R) []R {
	if sameNames(named, have) {
		return have
	}
	held := []R{}
	for _, name := range named {
		if role := R(name); slices.Contains(have, role) {
			held = append(held, role)
		}
	}
	return held
}

// Within returns those of the scopes that a credential names which roles hold. The
// result must not be changed, as with [Rights.Of].
func (t Rights[R, S]) Within(roles []R, named []string) []S {
	return Held(named, t.Of(roles))
}

// Names returns typed names, such as roles and scopes, as text; never nil.
func Names[T ~string](list []T) []string {
	names := make([]string, len(list))
	for i, name := range list {
		names[i] = string(name)
	}
	return names
}

// Typed returns names as the application's own type; never nil.
func Typed[T ~string](names []string) []T {
	list := make([]T, len(names))
	for i, name := range names {
		list[i] = T(name)
	}
	return list
}

func sameNames[T ~string](names []string, list []T) bool {
	if len(names) != len(list) || list == nil {
		return false
	}
	for i, name := range names {
		if name != string(list[i]) {
			return false
		}
	}
	return true
}

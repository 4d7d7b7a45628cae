package spec

import (
	"slices"
	"strings"
)

// checkScopes holds that each scope has a Go constant of its own.
func (w *walker) checkScopes() {
	if w.sound("scopes") {
		w.refuseSameName("constant", "Scope", w.spec.Scopes, func(i int) string { return index("scopes", i) })
	}
}

// refuseSameName reports names that would be the same in Go as one before them.
func (w *walker) refuseSameName(kind, prefix string, names []string, at func(int) string) {
	first := map[string]string{}

	for i, name := range names {
		constant := prefix + GoName(name)
		if before, ok := first[constant]; ok {
			w.refuseAt(at(i), fault{
				message: "expected names that differ in more than separators, found " + quote(before) + " and " + quote(name) + ": both would be the Go " + kind + " " + constant,
				hint:    "rename one of the two",
			})
			continue
		}
		first[constant] = name
	}
}

func (w *walker) checkRoles() {
	const roles, defaultRole = "users.roles", "users.default_role"
	users := w.spec.Users

	names := make([]string, len(users.Roles))
	for i, r := range users.Roles {
		names[i] = r.Name
		w.checkRoleScopes(join(roles, r.Name), r)
	}

	if w.sound(roles) {
		w.refuseSameName("constant", "Role", names, func(i int) string { return join(roles, names[i]) })
	}
	if j := w.spec.Strategies.JWT; j != nil && j.Verify != nil {
		return // nobody gets a role here
	}
	if w.sound(roles, defaultRole) {
		w.checkDefaultRole(defaultRole, names)
	}
}

// checkRoleScopes holds that a role's scopes are of the vocabulary.
func (w *walker) checkRoleScopes(path string, r Role) {
	if !w.sound("scopes", path) {
		return
	}

	for i, scope := range r.Scopes {
		if slices.Contains(w.spec.Scopes, scope) {
			continue
		}

		f := fault{message: "unknown scope " + quote(scope), hint: "for example scopes: [" + strings.Join(append(slices.Clone(w.spec.Scopes), scope), ", ") + "]"}
		if near := didYouMean(scope, w.spec.Scopes); near != "" {
			f = fault{message: f.message + near, hint: "a role holds scopes that are listed under scopes"}
		} else {
			f.message += ", expected one that is listed under scopes"
		}
		w.refuseAt(index(path, i), f)
	}
}

func (w *walker) checkDefaultRole(path string, names []string) {
	role := w.spec.Users.DefaultRole

	if !slices.Contains(names, role) {
		f := fault{
			message: "unknown role " + quote(role) + didYouMean(role, names) + ", expected one of roles: " + cut(strings.Join(names, ", ")),
			hint:    "for example default_role: " + names[0],
		}
		if !w.written(path) {
			f.message += " (" + role + " is the default)"
			w.refuse(path, w.where("users.roles"), f.message, f.hint)
			return
		}
		w.refuseAt(path, f)
		return
	}

	open := w.spec.Users.Registration == RegistrationOpen && w.spec.Strategies.logins()
	if open && slices.Contains([]string{"admin", "administrator", "owner", "root", "superuser"}, role) {
		w.warnAt(path, fault{
			message: "registration is open and gives everyone the role " + quote(role),
			hint:    "for example registration: closed",
		})
	}
}

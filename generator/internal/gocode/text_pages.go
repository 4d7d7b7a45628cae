package gocode

import "net/url"

// The addresses of pages as they stand in a query.
func (d textData) DevicesQuery() string  { return url.QueryEscape(d.Prefix + "/devices") }
func (d textData) PasswordQuery() string { return url.QueryEscape(d.Prefix + "/password") }

// UnheldRole is the constant of a role that a new user does not have, "" if there is
// none.
func (d textData) UnheldRole() string {
	for _, r := range d.Roles {
		if r.Name != d.Users.DefaultRole {
			return r.Name
		}
	}
	return ""
}

// Package identity keeps which account of which provider belongs to which user: who
// logs in through a provider is found by the provider and its subject, and by nothing
// else (SECURITY OAC-06).
package identity

// Package e2e holds tests that use generated servers the way others do: people with a
// browser, and programs with libraries that are not ours; see README.md.
package e2e

// Package e2e holds tests that use a generated server the way people do, with a
// browser; see README.md.
package e2e

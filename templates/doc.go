// Package templates holds the text that authgen writes and that is no Go built
// from a spec: the SQL of migrations and the files a new project starts from.
//
// It renders and does nothing else: which file goes where, and whether it may,
// is the business of its callers.
package templates

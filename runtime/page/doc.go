// Package page shows the HTML pages of signing in: it renders the application's own
// templates, takes the forms in them to the endpoints that take JSON, and leads a
// browser where it wanted to go.
//
// Nothing here needs a script, and the pages' Content-Security-Policy allows none.
package page

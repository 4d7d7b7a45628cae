package main

import (
	"fmt"
	"html"
	"net/http"

	"example.com/app/internal/auth"
)

// private is a page of the application's own, for whoever is signed in.
func private(w http.ResponseWriter, r *http.Request) {
	id, _ := auth.IdentityFrom(r.Context())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html>
<html lang="en">
<title>Private</title>
<h1>Private</h1>
<p id="user">%s</p>
</html>
`, html.EscapeString(id.UserID.String()))
}

package templates

import "embed"

//go:embed pages
var pages embed.FS

// Page returns the file of the HTML pages called name, such as "login.html", as an
// application gets it to begin with.
func Page(name string) ([]byte, error) { return pages.ReadFile("pages/" + name) }

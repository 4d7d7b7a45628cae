// Package attacker is the web site of somebody who wants the users of another one.
package attacker

import (
	"fmt"
	"html"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
)

// A Site serves any page that it is asked for, under two names.
type Site struct {
	server *httptest.Server
	port   string
}

// Serve starts a site on loopback.
func Serve() (*Site, error) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, r.URL.Query().Get("html"))
	}))
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		server.Close()
		return nil, err
	}
	return &Site{server: server, port: port}, nil
}

// Close ends the site.
func (s *Site) Close() { s.server.Close() }

// A Neighbour is where an attacker's page comes from, as a browser sees it from
// the application at 127.0.0.1.
type Neighbour struct {
	Name string
	// Credited says that browsers send cookies with SameSite=Lax along with its forms.
	Credited bool

	at func(html string) string
}

// Page is the URL of a page with a content.
func (n Neighbour) Page(html string) string {
	return n.at("<!doctype html><html lang=en><title>Free prizes</title>" + html)
}

// SameSite is another port of the application's host: SameSite cookies do not care.
func (s *Site) SameSite() Neighbour {
	return Neighbour{Name: "same site", Credited: true, at: s.on("127.0.0.1")}
}

// CrossSite is another host.
func (s *Site) CrossSite() Neighbour {
	return Neighbour{Name: "cross site", at: s.on("localhost")}
}

// Nowhere is a page without an origin.
func (s *Site) Nowhere() Neighbour {
	return Neighbour{Name: "null origin", at: func(html string) string { return "data:text/html," + url.PathEscape(html) }}
}

func (s *Site) on(host string) func(html string) string {
	return func(html string) string {
		return fmt.Sprintf("http://%s/?html=%s", net.JoinHostPort(host, s.port), url.QueryEscape(html))
	}
}

// Form is the HTML of a form that sends fields to action. An encoding of text/plain
// sends them without escaping.
func Form(action, encoding string, fields map[string]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<form method="post" action="%s" enctype="%s">`, html.EscapeString(action), encoding)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		fmt.Fprintf(&b, `<input type="hidden" name="%s" value="%s">`, html.EscapeString(name), html.EscapeString(fields[name]))
	}
	b.WriteString("</form>")
	return b.String()
}

// Send is the script that sends the form of a page.
const Send = "document.forms[0].submit()"

// Frame is the HTML of a frame around a page.
func Frame(src string) string {
	return fmt.Sprintf(`<iframe src="%s"></iframe>`, html.EscapeString(src))
}

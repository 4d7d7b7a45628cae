package page

import (
	"bytes"
	"net/http"
	"time"
)

const stylePath = "pages/style.css"

// Style serves the style sheet. Under the address that the pages give it, which
// changes with its content, browsers keep it for a year.
func (p *Pages) Style() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/css; charset=utf-8")
		h.Set("Cache-Control", "no-cache")
		if r.URL.RawQuery == "v="+p.styleHash {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		h.Set("ETag", `"`+p.styleHash+`"`)
		http.ServeContent(w, r, "style.css", time.Time{}, bytes.NewReader(p.style))
	})
}

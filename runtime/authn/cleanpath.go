package authn

import (
	"net/http"
	"strings"
)

// CleanPaths answers 404 to requests whose path has more than one spelling: with
// empty, "." or ".." segments, backslashes, or dots, slashes or backslashes that
// are percent-encoded. Put it around an application's mux, so that guards, the mux
// and proxies in front agree on what is asked for (SECURITY AUT-02), and no mux
// answers with a redirect to the cleaned path.
func CleanPaths(next http.Handler) http.Handler {
	var frame Frame
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isClean(r) {
			frame.Fail(w, r, ErrNotFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isClean(r *http.Request) bool {
	path := r.URL.EscapedPath()
	return strings.HasPrefix(path, "/") && !strings.Contains(path, "//") &&
		!hasEncodedSeparator(path) && !hasDotSegment(path)
}

// hasEncodedSeparator looks for %2e, %2f and %5c. A plain backslash is among them:
// EscapedPath encodes it.
func hasEncodedSeparator(path string) bool {
	for {
		_, rest, ok := strings.Cut(path, "%")
		if !ok {
			return false
		}
		if len(rest) >= 2 {
			switch strings.ToLower(rest[:2]) {
			case "2e", "2f", "5c":
				return true
			}
		}
		path = rest
	}
}

func hasDotSegment(path string) bool {
	if !strings.Contains(path, "/.") {
		return false
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

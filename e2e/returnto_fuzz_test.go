package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/nlnwa/whatwg-url/url"

	"github.com/authgen-go/authgen/runtime/page"
)

// FuzzReturnTo has a second parser, one that follows the standard of browsers,
// judge every path to return to that is accepted.
//
// SECURITY Z-04.
func FuzzReturnTo(f *testing.F) {
	for _, raw := range hostile() {
		f.Add(raw)
	}
	for _, raw := range []string{"/", "/orders?sort=-date#row-3", "/a.b/..c/.x", "/caf%C3%A9", "/@me", "/a:b", "/;v=1", "/?//evil.example", "/#//evil.example"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		path, ok := page.ReturnTo(raw)
		if !ok {
			if path != "" {
				t.Fatalf("%q is refused, but gives %q", raw, path)
			}
			return
		}
		location := sentLocation(t, path)
		if location != path {
			t.Fatalf("%q is sent as %q", path, location)
		}
		if i := strings.IndexFunc(location, func(r rune) bool { return r < ' ' || r == 0x7f }); i >= 0 {
			t.Fatalf("%q is sent with a control character", path)
		}
		if err := leavesApplication(location); err != nil {
			t.Fatal(err)
		}
	})
}

// The judge itself tells what leaves the application.
func TestZ04_TheSecondParserFollowsBrowsers(t *testing.T) {
	for _, location := range []string{"//evil.example", `/\evil.example`, "/\t/evil.example", "http:/evil.example", "javascript:alert(1)", "//a@app.example/"} {
		if leavesApplication(location) == nil {
			t.Errorf("%q stays in the application", location)
		}
	}
	for _, location := range []string{"/", "/x?//evil.example", "https:x"} {
		if err := leavesApplication(location); err != nil {
			t.Error(err)
		}
	}
}

// leavesApplication is nil if a browser that is on the login page of an application
// stays in it when it follows location.
func leavesApplication(location string) error {
	const base, origin = "https://app.example/auth/login", "https://app.example"
	parsed, err := url.ParseRef(base, location)
	if err != nil {
		return fmt.Errorf("a browser cannot follow %q: %w", location, err)
	}
	if got := parsed.Protocol() + "//" + parsed.Host(); got != origin || parsed.Username() != "" || parsed.Password() != "" {
		return fmt.Errorf("%q leads a browser to %s", location, parsed.Href(false))
	}
	return nil
}

// sentLocation is what the header Location says once net/http has written an
// answer with it, and a client has read that.
func sentLocation(t *testing.T, path string) string {
	t.Helper()
	answer := http.Response{StatusCode: http.StatusSeeOther, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Location": {path}}}
	var wire bytes.Buffer
	if err := answer.Write(&wire); err != nil {
		t.Fatal(err)
	}
	read, err := http.ReadResponse(bufio.NewReader(&wire), nil)
	if err != nil {
		t.Fatalf("the answer with Location %q cannot be read: %v", path, err)
	}
	defer read.Body.Close()
	return read.Header.Get("Location")
}

package page_test

import (
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/page"
)

// SECURITY WEB-05.
func TestWEB05_ReturnToRefusesWhatMayLeaveTheApplication(t *testing.T) {
	hostile := []string{
		"", "x", "orders", "?x", "#x", ".", "..", "./x", "../x",
		"//x", "///x", "////x", "//x/y", "/a//x", "//x@app.example", "//",
		`/\x`, `\/x`, `\\x`, `/\/x`, `/a\x`, "/\\\\x",
		"https:x", "https:/x", "https://x", "http:///x", "http://x", "https://app.example", "https://app.example@x",
		"HTTPS://x", "javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///x", "ftp://x", "x:y",
		"/\t/x", "/\n/x", "\t/x", " /x", "/ x", "/x ", "\x00/x", "/x\x00", "/\r\nX: y", "/x\x7f",
		"/%09/x", "/%0d%0aX:", "/%0D%0AX:", "/%00", "/%7f", "/%2fx", "/%2Fx", "/a/%2e%2e/x", "/%2E/x", "/%5cx", "/%5Cx",
		"/./x", "/../x", "/a/..//x", "/a/.", "/a/..",
		"/％2fx", "／x", "/\u2028x", "/ä", "/\xff", "∕/x", "/\u200b/x",
		"/%", "/%2", "/%zz", "/x?%", "/x#%g0",
		`/"x`, "/<x>", "/`x", "/{x}", "/x|y", "/^x",
		"/" + strings.Repeat("a", 2048),
	}
	for _, raw := range hostile {
		if path, ok := page.ReturnTo(raw); ok || path != "" {
			t.Errorf("ReturnTo(%q) = %q, %v", raw, path, ok)
		}
	}
}

func TestReturnToKeepsPathsOfTheApplication(t *testing.T) {
	for _, raw := range []string{
		"/", "/orders", "/orders/", "/orders/17?sort=-date&page=2#row-3", "/a.b/..c/.well-known/x", "/caf%C3%A9", "/a%20b",
		"/search?q=https://x//y", "/search?q=%0d%0a%2f", "/x;v=1", "/@me", "/a:b", "/?x", "/#x", "/[1]",
		"/" + strings.Repeat("a", 2047),
	} {
		if path, ok := page.ReturnTo(raw); !ok || path != raw {
			t.Errorf("ReturnTo(%q) = %q, %v", raw, path, ok)
		}
	}
}

package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/chrome"
)

const (
	deskWidth   = 1024 // pixels across
	phoneWidth  = 390
	narrowWidth = 320 // that far text must flow without scrolling sideways (WCAG 2.2, 1.4.10)
)

// TestEverybodyCanUseThePages has axe-core judge every page, in both schemes and on
// a phone. With AUTHGEN_E2E_SHOTS it leaves pictures there.
func TestEverybodyCanUseThePages(t *testing.T) {
	t.Parallel()
	shots := os.Getenv("AUTHGEN_E2E_SHOTS")
	if shots != "" {
		if err := os.MkdirAll(shots, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, view := range views(must(t, suite.attacker).SameSite()) {
		t.Run(view.name, func(t *testing.T) {
			t.Parallel()
			ann := newUser(t)
			view.reach(ann)
			for _, look := range []struct {
				name   string
				scheme chrome.Scheme
				width  int64
			}{
				{"light", chrome.Light, deskWidth},
				{"dark", chrome.Dark, deskWidth},
				{"phone", chrome.Light, phoneWidth},
				{"phone-dark", chrome.Dark, phoneWidth},
			} {
				ann.Prefer(look.scheme)
				ann.Resize(look.width, 768)
				for _, violation := range must(t, suite.axe).Judge(ann.Tab) {
					t.Errorf("%s: %v", look.name, violation)
				}
				if shots != "" {
					ann.Shoot(filepath.Join(shots, view.name+"-"+look.name+".png"))
				}
			}
			ann.Resize(narrowWidth, 568)
			if across := chrome.Eval[int](ann.Tab, "document.documentElement.scrollWidth"); across > narrowWidth {
				t.Errorf("on a window of %d pixels the page is %d wide", narrowWidth, across)
			}
		})
	}
}

package chrome

import (
	"os"

	"github.com/chromedp/chromedp"
)

// Shoot writes a picture of the whole page to a PNG file.
func (tab *Tab) Shoot(file string) {
	tab.t.Helper()
	picture := run(tab, "take a picture", chromedp.FullScreenshot(100))
	if err := os.WriteFile(file, picture, 0o644); err != nil {
		tab.t.Fatal(err)
	}
}

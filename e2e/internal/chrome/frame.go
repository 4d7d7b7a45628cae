package chrome

import (
	"context"
	"sync/atomic"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Frames opens a page with a frame in it, and reports whether the frame was allowed
// to show what was answered.
func (tab *Tab) Frames(url string) bool {
	tab.t.Helper()
	ctx, cancel := context.WithCancel(tab.ctx)
	defer cancel()
	var answers atomic.Int32
	var refused atomic.Bool
	err := chromedp.Listen(ctx, func(event any) {
		switch event := event.(type) {
		case *network.EventResponseReceived:
			if event.Type == network.ResourceTypeDocument {
				answers.Add(1)
			}
		case *network.EventLoadingFailed:
			if event.Type == network.ResourceTypeDocument && event.ErrorText == "net::ERR_BLOCKED_BY_RESPONSE" {
				refused.Store(true)
			}
		}
	})
	if err != nil {
		tab.t.Fatalf("listen: %v", err)
	}
	tab.Open(url) // a page has loaded once its frames have
	if n := answers.Load(); n != 2 {
		tab.t.Fatalf("%s: %d documents were answered, want the page and its frame", url, n)
	}
	return !refused.Load()
}

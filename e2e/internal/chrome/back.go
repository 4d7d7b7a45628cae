package chrome

import (
	"context"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Back goes back in the history, as the button does. The page may be asked for
// again, or come from the browser's memory as it was left.
func (tab *Tab) Back() {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	shown := make(chan struct{}, 1)
	err := chromedp.Listen(ctx, func(event any) {
		switch event := event.(type) {
		case *page.EventLoadEventFired:
		case *page.EventFrameNavigated:
			if event.Type != page.NavigationTypeBackForwardCacheRestore {
				return
			}
		default:
			return
		}
		select {
		case shown <- struct{}{}:
		default:
		}
	})
	if err != nil {
		tab.t.Fatalf("listen: %v", err)
	}
	history := run(tab, "history", chromedp.NavigationEntries())
	if history.CurrentIndex == 0 {
		tab.t.Fatal("there is nothing to go back to")
	}
	call(tab, "back", page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{
		EntryID: history.Entries[history.CurrentIndex-1].ID,
	})
	select {
	case <-shown:
	case <-ctx.Done():
		tab.t.Fatalf("back: %v", ctx.Err())
	}
}

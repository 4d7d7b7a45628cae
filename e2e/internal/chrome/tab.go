package chrome

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long one step of a test may take.
const patience = 20 * time.Second

// A Tab is a window of a browser of its own: it shares neither cookies nor cache
// nor storage with others. Its methods end the test when they cannot do what they
// are asked. It is for one goroutine.
type Tab struct {
	t   testing.TB
	ctx context.Context
}

// NewTab opens a tab, which closes with the test. Of a test that failed it tells
// what it showed at the end.
func (b *Browser) NewTab(t testing.TB) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	tab := &Tab{t: t, ctx: ctx}
	// Before a tab is there, no time may be set: the tab would end with it.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	t.Cleanup(tab.tellOfFailure)
	// Keys reach the element that has the focus, also in a window behind others.
	call(tab, "focus", emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	return tab
}

func (tab *Tab) tellOfFailure() {
	if !tab.t.Failed() {
		return
	}
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	at, _ := chromedp.Run(ctx, chromedp.Location())
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.documentElement.outerHTML`))
	tab.t.Logf("at the end the tab showed %s (%v):\n%s", at, err, text)
}

// An Answer is what came of a navigation, after all its redirects.
type Answer struct {
	Status int
	URL    *url.URL
}

// Target is the path and the query of the answer's URL, without its origin.
func (a Answer) Target() string { return a.URL.RequestURI() }

// Open goes to a URL.
func (tab *Tab) Open(url string) Answer {
	tab.t.Helper()
	return tab.navigate("open "+url, chromedp.Navigate(url))
}

// Press clicks what selector finds, a button or a link, and waits for the page
// that this leads to.
func (tab *Tab) Press(selector string) Answer {
	tab.t.Helper()
	return tab.navigate("press "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Run runs a script in the page that leads to another page, and waits for that.
func (tab *Tab) Run(script string) Answer {
	tab.t.Helper()
	return tab.navigate("run "+script, chromedp.Evaluate[chromedp.Void](script))
}

func (tab *Tab) navigate(what string, step chromedp.Action[chromedp.Void]) Answer {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		tab.t.Fatalf("%s: %v", what, err)
	}
	if response == nil {
		tab.t.Fatalf("%s: nothing was answered", what)
	}
	return Answer{Status: int(response.Status), URL: tab.parse(response.URL)}
}

// At is the URL that the tab shows.
func (tab *Tab) At() *url.URL {
	tab.t.Helper()
	return tab.parse(run(tab, "location", chromedp.Location()))
}

func (tab *Tab) parse(raw string) *url.URL {
	tab.t.Helper()
	parsed, err := url.Parse(raw)
	if err != nil {
		tab.t.Fatalf("%v", err)
	}
	return parsed
}

// Visits calls f with each document that the tab, or a frame in it, asks for from
// now on, redirects included.
func (tab *Tab) Visits(f func(url string)) {
	tab.t.Helper()
	err := chromedp.Listen(tab.ctx, func(event any) {
		if request, ok := event.(*network.EventRequestWillBeSent); ok && request.Type == network.ResourceTypeDocument {
			f(request.Request.URL)
		}
	})
	if err != nil {
		tab.t.Fatalf("listen: %v", err)
	}
}

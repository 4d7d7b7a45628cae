package chrome

import (
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
)

// Cookies are the cookies that the tab would send to a URL.
func (tab *Tab) Cookies(url string) []*network.Cookie {
	tab.t.Helper()
	return call(tab, "cookies", network.GetCookies, network.GetCookiesParams{URLs: []string{url}}).Cookies
}

// Cookie is the cookie of that name that the tab would send to a URL, or nil.
func (tab *Tab) Cookie(url, name string) *network.Cookie {
	tab.t.Helper()
	for _, cookie := range tab.Cookies(url) {
		if cookie.Name == name {
			return cookie
		}
	}
	return nil
}

// SetCookie plants a cookie, as one who controls a neighbouring host would.
func (tab *Tab) SetCookie(url, name, value string) {
	tab.t.Helper()
	call(tab, "set cookie", network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: url})
}

// ForgetCookies removes every cookie of the tab.
func (tab *Tab) ForgetCookies() {
	tab.t.Helper()
	call(tab, "forget cookies", network.ClearBrowserCookies, cdp.Empty{})
}

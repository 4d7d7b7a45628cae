package chrome

import (
	"github.com/chromedp/cdproto/emulation"
)

// A Scheme is the colours that people prefer.
type Scheme string

const (
	Light Scheme = "light"
	Dark  Scheme = "dark"
)

// Prefer sets the colours that the tab says are preferred.
func (tab *Tab) Prefer(scheme Scheme) {
	tab.t.Helper()
	call(tab, "prefer "+string(scheme), emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: string(scheme)}},
	})
}

// Resize sets the size of the window; narrow ones are phones.
func (tab *Tab) Resize(width, height int64) {
	tab.t.Helper()
	call(tab, "resize", emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 500,
	})
}

// RunNoScript keeps the tab from running the scripts of pages.
func (tab *Tab) RunNoScript() {
	tab.t.Helper()
	call(tab, "disable script", emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// Pretend makes the tab say that it is another browser.
func (tab *Tab) Pretend(userAgent string) {
	tab.t.Helper()
	call(tab, "pretend", emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: userAgent})
}

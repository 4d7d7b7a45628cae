// Package chrome drives a headless Chromium in tests.
package chrome

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
)

// A Browser is a Chromium with a fresh profile. Tests share it: each tab of it is
// as far from the others as the browsers of two people are.
type Browser struct {
	ctx  context.Context
	free context.CancelFunc
}

// Start starts the Chromium or Chrome that this machine has, which leaves what it
// forgets to remove in dir. It reaches nothing but loopback.
func Start(ctx context.Context, dir string) (*Browser, error) {
	ctx, free := chromedp.NewExecAllocator(ctx, append(flags(), chromedp.Env("TMPDIR="+dir))...)
	ctx, _ = chromedp.NewContext(ctx) // Close ends it
	if err := chromedp.Do(ctx); err != nil {
		free()
		return nil, fmt.Errorf("start Chromium, which .ci/install installs: %w", err)
	}
	return &Browser{ctx: ctx, free: free}, nil
}

// Close ends the browser and removes its profile.
func (b *Browser) Close() error {
	defer b.free()
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	return chromedp.Cancel(ctx)
}

func flags() []chromedp.ExecAllocatorOption {
	return []chromedp.ExecAllocatorOption{
		chromedp.Headless,
		chromedp.NoSandbox, // Chromium's does not work for root, who tests are run by in CI
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-default-apps", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-breakpad", true),
		chromedp.Flag("disable-dev-shm-usage", true), // /dev/shm is small in containers
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
		// Tabs of tests that run in parallel are all in the background but one.
		chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true),
		chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("password-store", "basic"),
	}
}

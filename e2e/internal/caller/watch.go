package caller

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Probe asks the same again and again.
type Probe struct {
	Name string
	Dead bool // its credential has ended: 200 is wrong whenever it comes
	Ask  func() Answer
}

// A Watch keeps all answers that probes get.
type Watch struct {
	stop chan struct{}
	done sync.WaitGroup

	mu      sync.Mutex
	answers []Noted
}

// A Noted is an answer and whom it was given.
type Noted struct {
	Answer
	Probe Probe
}

// Begin has each of the probes ask, and again so much later or, if the answer takes
// longer than that, when it comes.
func Begin(every time.Duration, probes ...Probe) *Watch {
	w := &Watch{stop: make(chan struct{})}
	for _, probe := range probes {
		w.done.Go(func() { w.run(every, probe) })
	}
	return w
}

func (w *Watch) run(every time.Duration, probe Probe) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		answer := probe.Ask()
		w.mu.Lock()
		w.answers = append(w.answers, Noted{answer, probe})
		w.mu.Unlock()
		select {
		case <-tick.C:
		case <-w.stop:
			return
		}
	}
}

// Until waits for an answer to a request that is sent from now on.
func (w *Watch) Until(patience time.Duration, wanted func(Noted) bool) bool {
	begun := time.Now()
	for time.Since(begun) < patience {
		w.mu.Lock()
		found := slices.ContainsFunc(w.answers, func(n Noted) bool { return n.Asked.After(begun) && wanted(n) })
		w.mu.Unlock()
		if found {
			return true
		}
		time.Sleep(5 * time.Millisecond)
	}
	return false
}

// End waits for what has been asked, and returns every answer, in the order in which they
// came.
func (w *Watch) End() []Noted {
	close(w.stop)
	w.done.Wait()
	return w.answers
}

// An Outage is when a store was away.
type Outage struct {
	Began  time.Time // from here on it did not answer
	Mended time.Time // from here on somebody worked at its return
	Back   time.Time // from here on it answered
}

// Figures are what came of an outage.
type Figures struct {
	Asked     int           // during the outage
	First503  time.Duration // after its beginning
	Slowest   time.Duration // of the answers to what was asked during the outage
	Median    time.Duration
	First200  time.Duration // after its end, of the probe that waited longest for one
	Wrong200  int           // during the outage, and to what has ended at any time
	Wrong401  int           // to what has not ended, at any time
	Cleared   int           // cookies
	Malformed int           // 503 that lack something, and other statuses
	Unserved  int           // probes that got no 200 after the outage
	Example   string        // of what is wrong
}

// Judge returns what probes saw of an outage.
func Judge(answers []Noted, outage Outage) Figures {
	f := Figures{First503: -1}
	var took []time.Duration
	served := map[string]time.Duration{}
	for _, a := range answers {
		if !a.Probe.Dead {
			if _, known := served[a.Probe.Name]; !known {
				served[a.Probe.Name] = -1
			}
		}
		f.wrong(a, outage)
		during := a.Asked.After(outage.Began) && a.Came.Before(outage.Mended)
		if during {
			f.Asked++
			took = append(took, a.Took())
		}
		if a.Status == http.StatusServiceUnavailable && a.Came.After(outage.Began) && f.First503 < 0 {
			f.First503 = a.Came.Sub(outage.Began)
		}
		if a.Status == http.StatusOK && !a.Probe.Dead && a.Asked.After(outage.Mended) && served[a.Probe.Name] < 0 {
			served[a.Probe.Name] = max(0, a.Came.Sub(outage.Back))
		}
	}
	for _, after := range served {
		if after < 0 {
			f.Unserved++
		}
		f.First200 = max(f.First200, after)
	}
	if len(took) > 0 {
		slices.Sort(took)
		f.Slowest, f.Median = took[len(took)-1], took[len(took)/2]
	}
	return f
}

// wrong counts what no answer may be.
func (f *Figures) wrong(a Noted, outage Outage) {
	during := a.Asked.After(outage.Began) && a.Came.Before(outage.Mended)
	count := func(n *int, what string) {
		*n++
		if f.Example == "" {
			f.Example = fmt.Sprintf("%s: %s, %v into the outage: %s", what, a.Probe.Name, a.Asked.Sub(outage.Began).Round(time.Millisecond), a.Answer)
		}
	}
	switch {
	case a.ClearsCookie():
		count(&f.Cleared, "a cookie is cleared")
	case a.Err != nil:
		count(&f.Malformed, "no answer")
	case a.Status == http.StatusOK && (a.Probe.Dead || during):
		count(&f.Wrong200, "200")
	case a.Status == http.StatusUnauthorized && !a.Probe.Dead:
		count(&f.Wrong401, "401")
	case a.Status == http.StatusServiceUnavailable:
		if err := a.Unavailable(); err != nil {
			count(&f.Malformed, err.Error())
		}
	case a.Status == http.StatusTooManyRequests && a.Probe.Dead: // it is a guess, and guesses are limited
	case a.Status != http.StatusOK && a.Status != http.StatusUnauthorized:
		count(&f.Malformed, "a strange status")
	}
}

// String is one line.
func (f Figures) String() string {
	round := func(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }
	return fmt.Sprintf("%d asked while away: first 503 after %v, median %v, slowest %v; first 200 after %v; wrong 200: %d, wrong 401: %d, cookies cleared: %d, malformed: %d, not served again: %d",
		f.Asked, round(f.First503), round(f.Median), round(f.Slowest), round(f.First200), f.Wrong200, f.Wrong401, f.Cleared, f.Malformed, f.Unserved)
}

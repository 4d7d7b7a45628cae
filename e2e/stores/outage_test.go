package stores

import (
	"testing"
	"time"

	"github.com/authgen-go/authgen/e2e/internal/caller"
)

// A fault is how a store goes away and comes back.
type fault struct {
	begin  func() error
	end    func() error // returns when the store answers again
	lasts  time.Duration
	during func() // is done now and then; may be nil
}

// killed is a server that ends at once, and is started again.
func (r *rig) killed(t *testing.T, lasts time.Duration) fault {
	return fault{begin: r.store.Kill, end: restart(r, t), lasts: lasts}
}

// hung is a server that takes connections and questions, and answers none.
func (r *rig) hung(t *testing.T, lasts time.Duration) fault {
	resume := func() error {
		if err := r.store.Resume(); err != nil {
			return err
		}
		return r.store.Ready(t.Context())
	}
	return fault{begin: r.store.Pause, end: resume, lasts: lasts}
}

// soon is how soon after its return a store has to be asked again (SECURITY F-10).
const soon = 5 * time.Second

// suffer has a store go away and come back while members ask, and returns what they saw.
// It fails the test if any answer was a wrong one, or if they are not served again.
func (r *rig) suffer(t *testing.T, f fault, members []*caller.Member, ended *caller.Member) caller.Figures {
	t.Helper()
	watch := caller.Begin(10*time.Millisecond, r.probes(members, ended)...)
	outage := r.pass(t, f)
	served := func(n caller.Noted) bool { return !n.Probe.Dead && n.Status == 200 }
	if !watch.Until(2*soon, served) {
		t.Errorf("nobody is served within %v of the store's return", 2*soon)
	}
	time.Sleep(time.Second) // until nothing that was opened before the outage can be left
	answers := watch.End()

	figures := caller.Judge(answers, outage)
	if figures.Wrong200+figures.Wrong401+figures.Cleared+figures.Malformed > 0 {
		t.Errorf("wrong answers: %s\nsuch as %s", figures, figures.Example)
	}
	if f.lasts > 0 && (figures.Asked == 0 || figures.First503 < 0) {
		t.Error("nobody noticed the outage")
	}
	if figures.First200 > soon || figures.Unserved > 0 {
		t.Errorf("served again after %v, and %d not at all", figures.First200, figures.Unserved)
	}
	lost := r.alive(t, members)
	t.Logf("away for %v: %s; lost: %d", outage.Mended.Sub(outage.Began).Round(time.Millisecond), figures, lost)
	return figures
}

// pass has a store go away and come back.
func (r *rig) pass(t *testing.T, f fault) caller.Outage {
	t.Helper()
	if err := f.begin(); err != nil {
		t.Fatal(err)
	}
	outage := caller.Outage{Began: time.Now()}
	for end := outage.Began.Add(f.lasts); time.Now().Before(end); {
		time.Sleep(min(100*time.Millisecond, time.Until(end)))
		if f.during != nil {
			f.during()
		}
	}
	outage.Mended = time.Now()
	if err := f.end(); err != nil {
		t.Fatal(err)
	}
	outage.Back = time.Now()
	return outage
}

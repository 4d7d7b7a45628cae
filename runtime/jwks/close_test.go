package jwks_test

import (
	"errors"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/token"
)

// The bubble does not end before every goroutine has.
func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := bubble(t, &blocked{})
		r.Start()
		waiting := make(chan error)
		go func() {
			_, err := r.VerifyKey(t.Context(), "k")
			waiting <- err
		}()
		synctest.Wait()
		begin := time.Now()
		r.Close()
		if err := <-waiting; err == nil || errors.Is(err, token.ErrUnknownKey) || time.Since(begin) != 0 {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
	})
}

func TestWhatIsInForceStaysSoAfterClose(t *testing.T) {
	b := newBench(t)
	k := newKey(t)
	b.issuer.publishes(t, k)
	b.fetches()
	b.Close()
	b.Close()
	b.clock.advance(time.Hour)
	b.has("in force", k.ID())
	b.cannotKnow("unknown", "junk")
	if err := b.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if err := b.Refresh(t.Context()); err == nil || errors.Is(err, token.ErrUnknownKey) {
		t.Error(err)
	}
	b.Start()
	b.asked("closed", 1)
	b.clock.advance(23 * time.Hour)
	b.cannotKnow("a day later", k.ID())
	b.saw("closed") // which is no outage
}

// A fetch that is ended in the middle of an answer is no outage and no verdict.
func TestCloseInTheMiddleOfAnAnswer(t *testing.T) {
	b := newBench(t)
	k := newKey(t)
	b.issuer.publishes(t, k)
	b.fetches()
	b.clock.advance(time.Minute)
	arrived := make(chan struct{})
	b.issuer.answers(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).Flush()
		close(arrived)
		<-r.Context().Done()
	})
	waiting := make(chan error)
	go func() {
		_, err := b.VerifyKey(t.Context(), "new")
		waiting <- err
	}()
	<-arrived
	b.Close()
	if err := <-waiting; err == nil || errors.Is(err, token.ErrUnknownKey) {
		t.Errorf("%v, want that it cannot be known", err)
	}
	b.has("in force", k.ID())
	b.saw("closed")
}

// Over the real network: no goroutine is left, of ours and of net/http.
func TestCloseLeavesNoGoroutine(t *testing.T) {
	i := newIssuer(t)
	i.publishes(t, newKey(t))
	before := runtime.NumGoroutine()
	for range 20 {
		r := must(jwks.New(jwks.Config{URL: i.URL, TLS: i.roots()}))(t)
		if err := r.Refresh(t.Context()); err != nil {
			t.Error(err)
		}
		r.Close()
	}
	i.CloseClientConnections()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
}

package authn_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
)

func TestProblemsAreToldApartByTheirOrigin(t *testing.T) {
	plain := authn.NewProblem(authn.CodeUnavailable, "Later.")
	busy := authn.NewProblem(authn.CodeUnavailable, "Busy.").WithRetryAfter(time.Second)
	if !errors.Is(busy.WithDetail("Very busy."), busy) || !errors.Is(fmt.Errorf("hash: %w", busy.WithCause(errors.New("full"))), busy) {
		t.Error("what was derived from a sentinel is not the sentinel")
	}
	if errors.Is(busy, plain) || errors.Is(plain, busy) || errors.Is(plain, (*authn.Problem)(nil)) {
		t.Error("two sentinels of one code are the same")
	}
}

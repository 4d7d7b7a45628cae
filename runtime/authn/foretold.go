package authn

import (
	"errors"
	"net/http"

	"github.com/authgen-go/authgen/runtime/audit"
)

// foretold makes an endpoint of h whose foretold events are recorded when it has ended, if
// no change was made that they belong to: as they are where it has answered, and otherwise
// as what it came to. Nobody is said to have logged in who got no session.
func foretold(h HandlerFunc) HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) (err error) {
		ctx, hold := audit.WithHold(r.Context())
		ended := false
		defer func() {
			outcome, reason := audit.Outcome(""), ""
			if err != nil || !ended {
				outcome, reason = outcomeOf(err)
			}
			hold.Release(ctx, outcome, reason)
		}()
		err = h(w, r.WithContext(ctx))
		ended = true
		return err
	}
}

// outcomeOf is what events say of a request that came to nothing.
func outcomeOf(err error) (audit.Outcome, string) {
	p, ok := errors.AsType[*Problem](err)
	switch {
	case !ok || p == nil || p.Code == CodeUnavailable:
		return audit.Failed, "store-unavailable"
	case p.Code.Status() >= http.StatusInternalServerError:
		return audit.Failed, string(p.Code)
	default:
		return audit.Denied, string(p.Code)
	}
}

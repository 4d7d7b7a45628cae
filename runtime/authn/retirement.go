package authn

import (
	"net/http"
	"strconv"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/internal/daily"
)

// A Retirement is the dated end of a strategy.
type Retirement struct {
	// Since is when the strategy became deprecated: from then on, the answers that it
	// authenticated say so (RFC 9745).
	Since time.Time
	// Sunset is when it ends: from then on its credentials are ErrStrategyRetired (RFC
	// 8594).
	Sunset time.Time
	// Link is an absolute URL that says what to do instead.
	Link string
}

// A Retiring [Authenticator] is on its way out. The guard announces its end, counts
// its use, records the first use of each day and principal, and from the end on
// refuses its credentials unseen.
type Retiring interface {
	Retirement() Retirement
}

// CheckSunset returns [ErrStrategyRetired] if a strategy ends at sunset and that has
// come. The zero time never comes.
func CheckSunset(sunset, now time.Time) error {
	if sunset.IsZero() || now.Before(sunset) {
		return nil
	}
	return ErrStrategyRetired
}

// retirement is a Retirement in the form in which it is announced.
type retirement struct {
	since, sunset time.Time
	// Shared between answers; their capacity is their length.
	deprecation, end, link []string
	first                  daily.First
}

func newRetirement(r Retirement) *retirement {
	return &retirement{
		since:       r.Since,
		sunset:      r.Sunset,
		deprecation: []string{"@" + strconv.FormatInt(r.Since.Unix(), 10)},
		end:         []string{r.Sunset.UTC().Format(http.TimeFormat)},
		link:        []string{"<" + r.Link + `>; rel="deprecation"`},
	}
}

// announce tells whoever gets the answer. Link is a list: what the application says in
// it stays.
func (r *retirement) announce(answer http.Header) {
	answer["Deprecation"] = r.deprecation
	answer["Sunset"] = r.end
	for _, link := range answer["Link"] {
		if link == r.link[0] {
			return
		}
	}
	answer["Link"] = append(answer["Link"][:len(answer["Link"]):len(answer["Link"])], r.link[0])
}

// ended reports whether s is not asked any more.
func (s *strategy[I]) ended(f *Frame) bool {
	return s.retirement != nil && CheckSunset(s.retirement.sunset, f.now()) != nil
}

// accepted counts, announces and records that s authenticated r.
func (g *Guard[I]) accepted(s *strategy[I], r *http.Request, id I, answer http.Header) {
	if s.retirement == nil {
		s.usage.Accept()
		return
	}
	now := g.frame.now()
	if now.Before(s.retirement.since) {
		s.usage.Accept()
		return
	}
	s.usage.AcceptDeprecated()
	s.retirement.announce(answer)
	actor := g.nameOf(id)
	if s.retirement.first.Of(actor, now) {
		g.frame.record(r, audit.Event{
			Type: audit.StrategyDeprecated, Outcome: audit.Success, Actor: actor, Strategy: s.name,
		})
	}
}

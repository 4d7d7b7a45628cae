package spec

import "strings"

// checkDeprecated holds that each end comes after its announcement, and warns about
// what would end with it.
func (w *walker) checkDeprecated() {
	s := w.spec.Strategies
	for _, d := range w.deprecations() {
		at := join(join("strategies", d.name), "deprecated")
		sunset := join(at, "sunset")
		if w.sound(at) && !d.end.Sunset.After(d.end.Since) {
			w.refuseAt(sunset, fault{
				message: "expected a day after since, which is " + d.end.Since.Format(dateLayout) + ", found " + quote(d.end.Sunset.Format(dateLayout)),
				hint:    "for example sunset: " + d.end.Since.AddDate(0, 6, 0).Format(dateLayout),
			})
		}
	}
	if w.sound("strategies") {
		w.warnNothingStays()
		w.warnIssuesDeprecated(s)
	}
}

// A deprecation is the dated end of a named strategy.
type deprecation struct {
	name string
	end  *Deprecated
}

// deprecations are those of the spec.
func (w *walker) deprecations() []deprecation {
	var list []deprecation
	s := w.spec.Strategies
	for _, name := range s.Acting() {
		if d := s.Deprecation(name); d != nil {
			list = append(list, deprecation{name, d})
		}
	}
	if s.OAuth != nil && s.OAuth.Deprecated != nil {
		list = append(list, deprecation{"oauth", s.OAuth.Deprecated})
	}

	return list
}

// warnNothingStays is about a service that would let nobody in any more.
func (w *walker) warnNothingStays() {
	acting := w.spec.Strategies.Acting()
	last := ""
	for _, name := range acting {
		d := w.spec.Strategies.Deprecation(name)
		if d == nil {
			return
		}
		last = max(last, d.Sunset.Format(dateLayout))
	}
	if len(acting) > 0 {
		w.warnAt("strategies", fault{
			message: "every strategy that acts on requests is deprecated (" + strings.Join(acting, ", ") + "): from " + last + " on nobody is let in",
			hint:    "pick the strategy that comes instead",
		})
	}
}

// warnIssuesDeprecated is about logins through providers, and machines, that would be
// given what ends.
func (w *walker) warnIssuesDeprecated(s Strategies) {
	if s.OAuth == nil {
		return
	}
	if d := s.Deprecation(string(s.OAuth.Issue)); d != nil && len(s.OAuth.Providers) > 0 {
		w.warnAt("strategies.oauth.issue", fault{
			message: "logins through providers end with the strategy " + string(s.OAuth.Issue) + " on " + d.Sunset.Format(dateLayout),
			hint:    "name the strategy that comes instead",
		})
	}
	if d := s.Deprecation(JWTStrategy); d != nil && s.OAuth.Server != nil {
		w.warnAt("strategies.oauth.server", fault{
			message: "the tokens of machines end with the strategy jwt on " + d.Sunset.Format(dateLayout),
			hint:    "give machines API keys before that",
		})
	}
}

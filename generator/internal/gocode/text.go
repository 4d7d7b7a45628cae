package gocode

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/templates"
)

// textData is what templates of Go see: the model, and what they would have to
// work out from it.
type textData struct {
	*model.Model
}

// renderText renders a file whose shape is fixed.
func renderText(name string, m *model.Model) ([]byte, error) {
	text, err := templates.GoText(name, textData{m})
	if err != nil {
		return nil, err
	}
	if path.Ext(name) != ".go" {
		return append([]byte(hashHeader(m.Source)), text...), nil
	}
	return formatText(name, m.Source, text)
}

// ImportName is what stands before the generated package's import path: nothing,
// or the name auth, so that no name of the spec's can be that of a variable.
func (d textData) ImportName() string {
	if d.Package == "auth" {
		return ""
	}
	return "auth "
}

// RouterImport is the import path of the router, "" for net/http.
func (d textData) RouterImport() string {
	switch d.Router {
	case spec.RouterChi:
		return chiImport
	case spec.RouterGin:
		return ginImport
	case spec.RouterEcho:
		return echoImport
	default:
		return ""
	}
}

// goDuration is d as Go source, such as 15 * time.Minute.
func goDuration(d time.Duration) string { return fmt.Sprintf("%#v", duration(d)) }

// justBefore is a second less than d as Go source, where d may be a second.
func justBefore(d time.Duration) string {
	if d == time.Second {
		return "0"
	}
	return goDuration(d) + " - time.Second"
}

// A second before sessions, idle sessions and keys end, as Go source.
func (d textData) BeforeTTL() string       { return justBefore(d.Session.TTL) }
func (d textData) BeforeIdle() string      { return justBefore(d.Session.IdleTimeout) }
func (d textData) BeforeKeyMaxAge() string { return justBefore(d.APIKey.MaxAge) }

// The durations of the session strategy as Go source.
func (d textData) TTL() string         { return goDuration(d.Session.TTL) }
func (d textData) Idle() string        { return goDuration(d.Session.IdleTimeout) }
func (d textData) Recent() string      { return goDuration(d.Session.Recent) }
func (d textData) Remember() string    { return goDuration(d.Session.Remember) }
func (d textData) LoginPeriod() string { return goDuration(d.Limits.Login.Per) }

// The durations of the API-key strategy as Go source.
func (d textData) KeyMaxAge() string  { return goDuration(d.APIKey.MaxAge) }
func (d textData) KeyOverlap() string { return goDuration(d.APIKey.RotationOverlap) }

// KeyIsSlow is whether a test that uses a key many times has to wait for its limit.
func (d textData) KeyIsSlow() bool { return d.APIKey != nil && d.APIKey.RateLimit.Count <= 50 }

// KeyPause is how long a key waits for its next use at most, rounded up, as Go source.
func (d textData) KeyPause() string {
	rate := d.APIKey.RateLimit
	return goDuration((rate.Per / time.Duration(rate.Count)).Truncate(time.Second) + time.Second)
}

// KeyHeader is the canonical name of the header that carries keys.
func (d textData) KeyHeader() string { return http.CanonicalHeaderKey(d.APIKey.Header) }

// KeyPattern is the regular expression that finds keys: the prefix, 30 random
// characters and a check sum of 6.
func (d textData) KeyPattern() string { return keyPattern(d.Model) }

// KeyRuleID is the name of the scanner's rule.
func (d textData) KeyRuleID() string {
	return strings.ReplaceAll(d.APIKey.Prefix, "_", "-") + "-api-key"
}

// KeysAreFresh reports whether what becomes of an owner holds at once for keys.
func (d textData) KeysAreFresh() bool { return d.APIKey.MaxStaleness == 0 }

// KeysServeTwice reports whether a key may make two requests in a row.
func (d textData) KeysServeTwice() bool { return d.APIKey.RateLimit.Count > 1 }

// RoleWithFirstScope is the constant of a role that holds the first scope, "" if
// there is none.
func (d textData) RoleWithFirstScope() string {
	for _, r := range d.Roles {
		if slices.Contains(r.Scopes, d.Scopes[0].Name) {
			return r.Name
		}
	}
	return ""
}

// SameSite is the cookie's attribute as Go source.
func (d textData) SameSite() string { return fmt.Sprintf("%#v", sameSite(d.Session.SameSite)) }

// maxSteps bounds how often a test polls a session to keep it alive.
const maxSteps = 300

// polls is how often a session must be used to stay alive for span.
func (d textData) polls(span time.Duration) int {
	return int(span / (d.Session.IdleTimeout / 2))
}

// AbsoluteInSteps reports whether a test can poll until the absolute end.
func (d textData) AbsoluteInSteps() bool { return d.polls(d.Session.TTL) <= maxSteps }

// RecentInSteps reports whether a test can poll until a login is not recent any
// more, and whether that comes before the absolute end.
func (d textData) RecentInSteps() bool {
	return d.polls(d.Session.Recent) <= maxSteps && d.Session.Recent+time.Minute < d.Session.TTL
}

// IdleBeforeAbsolute reports whether a session in use outlives its first idle
// timeout.
func (d textData) IdleBeforeAbsolute() bool {
	return d.Session.IdleTimeout+2*time.Second < d.Session.TTL
}

// ConfirmThenChange reports whether the login limit lets two secrets be checked
// in a row.
func (d textData) ConfirmThenChange() bool { return d.Limits.Login.Count > 1 }

// SessionRows reports whether sessions are kept in a table.
func (d textData) SessionRows() bool { return sessionRows(d.Model) }

// AbsentID is an id that no user has, as Go source.
func (d textData) AbsentID() string {
	switch d.ID.Kind {
	case spec.IDInt64:
		return "-1"
	case spec.IDString:
		return `"absent"`
	default:
		return "UserID{1}"
	}
}

// SortedRoles are the constants of the roles, in the order of their values.
func (d textData) SortedRoles() []string {
	roles := slices.SortedFunc(slices.Values(d.Roles), func(a, b model.Role) int { return strings.Compare(a.Value, b.Value) })
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = r.Name
	}
	return names
}

package generator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/authgen-go/authgen/generator/internal/gocode"
	"github.com/authgen-go/authgen/generator/internal/migrate"
	"github.com/authgen-go/authgen/generator/internal/model"
)

// nearEnd is how long before a strategy's sunset whoever generates is told.
const nearEnd = 30 * 24 * time.Hour

// noteEnds says which strategies end soon, and what can go once they have. No file
// depends on the date: that would be drift by itself.
func (res *Result) noteEnds(m *model.Model, now time.Time) {
	for _, s := range m.Strategies {
		if s.Deprecated != nil {
			res.noteEnd(m, s.Value, *s.Deprecated, now)
		}
	}
	if m.OAuthDeprecated != nil {
		res.noteEnd(m, "oauth", *m.OAuthDeprecated, now)
	}
}

func (res *Result) noteEnd(m *model.Model, name string, d model.Deprecated, now time.Time) {
	date := d.Sunset.Format("2006-01-02")
	switch left := d.Sunset.Sub(now); {
	case left > nearEnd:
	case left > 0:
		res.Notes = append(res.Notes, fmt.Sprintf("warning: the strategy %s ends on %s, in %s: from then on its credentials are refused", name, date, days(left)))
	default:
		res.Notes = append(res.Notes, fmt.Sprintf("warning: the strategy %s ended on %s and refuses everything: take %s out of the spec%s", name, date, name, removable(m, name)))
	}
}

// days is a time that is left, in begun days.
func days(left time.Duration) string {
	const day = 24 * time.Hour
	if n := int((left + day - 1) / day); n > 1 {
		return fmt.Sprintf("%d days", n)
	}
	return "1 day"
}

// removable says which files are there for the strategy called name alone, and that its
// tables stay.
func removable(m *model.Model, name string) string {
	less := m.Without(name)
	stays := gocode.Names(less)
	var files []string
	for _, file := range gocode.Names(m) {
		if !slices.Contains(stays, file) {
			files = append(files, file)
		}
	}
	text := ""
	if len(files) > 0 {
		text = ", which removes " + strings.Join(files, ", ")
	}
	var tables []string
	for _, t := range m.Schema.Tables {
		if owner(m, t) == name {
			tables = append(tables, t.Name)
		}
	}
	if len(tables) > 0 {
		text += "; its tables stay until a migration of yours drops them: " + strings.Join(tables, ", ")
	}
	return text
}

// owner is the strategy that a table is there for, "" for what others use too.
func owner(m *model.Model, t migrate.Table) string {
	switch {
	case m.APIKey != nil && t.Name == m.APIKey.Table:
		return "api_key"
	case m.Session != nil && t.Name == m.Session.Table:
		return "session"
	case m.Issues() && (t.Name == m.JWT.RevokedTable || m.JWT.Refresh != nil && t.Name == m.JWT.Refresh.Table):
		return "jwt"
	case m.OAuth != nil && t.Name == m.OAuth.Table, m.Server != nil && t.Name == m.Server.ClientsTable, m.UsedTable != "" && t.Name == m.UsedTable:
		return "oauth"
	}
	return ""
}

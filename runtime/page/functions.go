package page

import (
	"fmt"
	"html/template"
	"time"

	"github.com/dustin/go-humanize"
)

// functions are what templates can call beside the methods of [View]:
//
//	ago   a time as "5 minutes ago"
//	date  a time as "2 Jan 2006, 15:04 UTC"
//	iso   a time for the attribute datetime
//	span  a duration as "30 days"
func functions(now func() time.Time) template.FuncMap {
	return template.FuncMap{
		"ago":  func(t time.Time) string { return ago(t, now()) },
		"date": func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") },
		"iso":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"span": span,
	}
}

func ago(t, now time.Time) string {
	if now.Sub(t) < time.Minute {
		return "just now"
	}
	return humanize.RelTime(t, now, "ago", "from now")
}

func span(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if n := int64(d / unit.length); n > 1 && d%unit.length == 0 {
			return fmt.Sprintf("%d %ss", n, unit.name)
		} else if n == 1 && d == unit.length {
			return "1 " + unit.name
		}
	}
	return d.Round(time.Second).String()
}

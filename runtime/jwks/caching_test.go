package jwks_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/jwks"
)

func TestHowLongAnAnswerIsGood(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "public": 0, "max-age": 0, "max-age=": 0, "max-age=x": 0, "max-age=-1": 0, "max-age=+1": 0, "max-age=1.5": 0, "max-age=1_0": 0, "max-age= 60": 0, "xmax-age=60": 0, "s-maxage=60": 0,
		"max-age=0": time.Second, "max-age=1": time.Second, "max-age=2": 2 * time.Second, "max-age=600": 10 * time.Minute, `max-age="600"`: 10 * time.Minute,
		"Max-Age=600": 10 * time.Minute, "public, max-age=600, must-revalidate": 10 * time.Minute, "public,max-age=600": 10 * time.Minute, "s-maxage=1,max-age=600": 10 * time.Minute,
		"max-age=600, max-age=60": 10 * time.Minute, "max-age=86400": 24 * time.Hour, "max-age=86401": 24 * time.Hour, "max-age=2147483648": 24 * time.Hour,
		"max-age=99999999999999999999999999": 24 * time.Hour, "no-store": 0, "max-age=600, no-store": 0, "no-cache, max-age=600": 0, "NO-CACHE": 0, ",,=,": 0,
	} {
		if got := jwks.MaxAgeOf(http.Header{"Cache-Control": {text}}); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if got := jwks.MaxAgeOf(http.Header{"Cache-Control": {"public", "max-age=60"}}); got != time.Minute {
		t.Errorf("two lines: %v", got)
	}
}

func TestWhichTagsAreSentBack(t *testing.T) {
	long := `"` + strings.Repeat("x", 254) + `"`
	for tag, want := range map[string]bool{
		"": false, `""`: true, `"a"`: true, `W/"a"`: true, long: true, `W/` + long: false, `w/"a"`: false, `a`: false, `"a`: false, `a"`: false, `"`: false, `W/`: false,
		`"a"b"`: false, `"a", "b"`: false, `*`: false, "\"a\tb\"": false, "\"a\x00\"": false, `"é"`: false,
	} {
		got := jwks.ETagOf(http.Header{"Etag": {tag}})
		if got != "" && got != tag || (got != "") != want {
			t.Errorf("%q: %q", tag, got)
		}
	}
}

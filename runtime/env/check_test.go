package env

import (
	"net/url"
	"strings"
	"testing"
)

// SECURITY WEB-07.
func TestWEB07_CheckBaseURL(t *testing.T) {
	if err := CheckBaseURL(nil); err == nil {
		t.Error("no URL is accepted")
	}
	for text, good := range map[string]bool{
		"https://app.example":          true,
		"http://127.0.0.1:8080":        true,
		"http://app.example":           false,
		"https://app.example/path":     false,
		"https://ann:hush@app.example": false,
		"":                             false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		err = CheckBaseURL(u)
		if (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && (!strings.HasPrefix(err.Error(), "BaseURL ") || strings.Contains(err.Error(), "hush")) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

package oauthtest

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Browse does what a browser does with the location of a login, and returns the request
// that it makes next: the callback, without any cookie. It is a POST if the provider has
// the browser post a form.
func (p *Provider) Browse(t testing.TB, location string) *http.Request {
	t.Helper()
	client := *p.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Get(location)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var r *http.Request
	switch response.StatusCode {
	case http.StatusFound:
		r, err = http.NewRequest(http.MethodGet, response.Header.Get("Location"), nil)
	case http.StatusOK:
		r, err = post(body)
	default:
		t.Fatalf("the provider answers %d: %s", response.StatusCode, body)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// post is the request of the form on a page.
func post(body []byte) (*http.Request, error) {
	var page struct {
		Form struct {
			Action string `xml:"action,attr"`
			Inputs []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:"value,attr"`
			} `xml:"input"`
		} `xml:"body>form"`
	}
	if err := xml.Unmarshal(body, &page); err != nil {
		return nil, err
	}
	fields := make(url.Values)
	for _, i := range page.Form.Inputs {
		fields.Add(i.Name, i.Value)
	}
	r, err := http.NewRequest(http.MethodPost, page.Form.Action, strings.NewReader(fields.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r, err
}

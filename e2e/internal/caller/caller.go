// Package caller is the clients of a generated server: programs that send requests and
// note everything that an answer says.
package caller

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/secret/secrettest"
)

// patience is for how long a caller waits for an answer: longer than any server may take.
const patience = 20 * time.Second

// A Caller sends requests from an address of loopback of its own, since limits count by
// address. It is safe for concurrent use.
type Caller struct {
	http    *http.Client
	secrets *secrettest.Secrets
}

// New is a caller that nobody has heard of. What it sends and is given in secret is noted in
// secrets (SECURITY LOG-02).
func New(secrets *secrettest.Secrets) *Caller {
	from := &net.TCPAddr{IP: net.IPv4(127, byte(1+rand.IntN(250)), byte(rand.IntN(250)), byte(1+rand.IntN(250)))}
	client := &http.Client{
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{LocalAddr: from, Timeout: patience}).DialContext,
			MaxIdleConnsPerHost: 128,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       patience,
	}
	return &Caller{client, secrets}
}

// A Part is something that a request has.
type Part func(*http.Request)

// Cookie is a session.
func Cookie(session string) Part {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "session", Value: session}) }
}

// Bearer is an access token.
func Bearer(token string) Part {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

// Key is an API key.
func Key(key string) Part {
	return func(r *http.Request) { r.Header.Set("X-API-Key", key) }
}

// JSON is a body.
func JSON(value any) Part {
	return func(r *http.Request) {
		text, err := json.Marshal(value)
		if err != nil {
			panic(err) // what is sent is written in a test
		}
		setBody(r, "application/json", text)
	}
}

// Form is the body of a form.
func Form(text string) Part {
	return func(r *http.Request) { setBody(r, "application/x-www-form-urlencoded", []byte(text)) }
}

func setBody(r *http.Request, kind string, text []byte) {
	r.Header.Set("Content-Type", kind)
	r.Body, r.ContentLength = body{bytes.NewReader(text), text}, int64(len(text))
	// No GetBody: what changes something is sent once.
}

// Ask sends a request and waits for its answer.
func (c *Caller) Ask(method, url string, parts ...Part) Answer {
	r, err := http.NewRequestWithContext(context.Background(), method, url, nil)
	if err != nil {
		return Answer{Err: err}
	}
	for _, add := range parts {
		add(r)
	}
	c.note(r)
	a := Answer{Asked: time.Now()}
	response, err := c.http.Do(r)
	if err == nil {
		a.Status, a.Header = response.StatusCode, response.Header
		a.Body, err = io.ReadAll(response.Body)
		response.Body.Close()
	}
	if a.Status != 0 && a.Status < http.StatusBadRequest { // no other tells secrets
		c.secrets.AddAnswer(a.Header, a.Body)
	}
	a.Came, a.Err = time.Now(), err
	return a
}

// note takes the secrets of a request for canaries.
func (c *Caller) note(r *http.Request) {
	c.secrets.AddHeader(r.Header, "X-Api-Key")
	c.secrets.AddQuery(r.URL.RawQuery)
	if sent, ok := r.Body.(body); ok {
		c.secrets.AddBody(r.Header.Get("Content-Type"), sent.text)
	}
}

// A body is what is sent, and what is left of it to read.
type body struct {
	io.Reader
	text []byte
}

// Close implements io.Closer.
func (body) Close() error { return nil }

// Close ends the connections that nothing is sent on.
func (c *Caller) Close() { c.http.CloseIdleConnections() }

// An Answer is what came back, or why nothing did.
type Answer struct {
	Status int // 0 if there is none
	Header http.Header
	Body   []byte
	Err    error

	Asked, Came time.Time
}

// Took is how long it took.
func (a Answer) Took() time.Duration { return a.Came.Sub(a.Asked) }

// ClearsCookie is whether the answer has the client drop its session.
func (a Answer) ClearsCookie() bool {
	for _, cookie := range (&http.Response{Header: a.Header}).Cookies() {
		if cookie.MaxAge < 0 || cookie.Value == "" || !cookie.Expires.IsZero() && cookie.Expires.Before(a.Came) {
			return true
		}
	}
	return a.Header.Get("Clear-Site-Data") != ""
}

// Session is the session that the answer gives, or "".
func (a Answer) Session() string {
	for _, cookie := range (&http.Response{Header: a.Header}).Cookies() {
		if cookie.Name == "session" {
			return cookie.Value
		}
	}
	return ""
}

// Unavailable is why the answer is not the one of a server that cannot know, or nil if it
// is: 503, when to ask again, and nothing that has a client drop what it holds.
func (a Answer) Unavailable() error {
	switch {
	case a.Err != nil:
		return a.Err
	case a.Status != http.StatusServiceUnavailable:
		return fmt.Errorf("the answer is %s", a)
	case a.Header.Get("Retry-After") == "":
		return fmt.Errorf("without Retry-After: %s", a)
	case len(a.Header.Values("Set-Cookie")) > 0:
		return fmt.Errorf("with a cookie: %s", a)
	case a.Header.Get("WWW-Authenticate") != "":
		return fmt.Errorf("with a challenge: %s", a)
	}
	return nil
}

// Decode reads a body of JSON.
func (a Answer) Decode(into any) error {
	if a.Err != nil {
		return a.Err
	}
	if err := json.Unmarshal(a.Body, into); err != nil {
		return fmt.Errorf("%w in %s", err, a)
	}
	return nil
}

// String is the answer without secrets that it may give.
func (a Answer) String() string {
	if a.Err != nil {
		return a.Err.Error()
	}
	text := "a secret"
	if a.Status >= http.StatusBadRequest {
		text = strings.TrimSpace(string(a.Body))
	}
	return fmt.Sprintf("%d after %v: %s", a.Status, a.Took().Round(time.Millisecond), text)
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

const (
	loadRate    = 500 // requests a second, all keys together
	loadWorkers = 16
	loadPhase   = time.Second // before the rotation, and after the overlap
)

// rotateUnderLoad lets an API key rotate itself while requests with it, and with
// its successor once there is one, keep coming. Until the overlap ends none is
// refused; then every one with the old key is, and none with the new one:
//
//	rotate PATH ID KEY OVERLAP
//
// PATH is what the requests ask for. What was counted goes to stdout.
func rotateUnderLoad(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: rotate PATH ID KEY OVERLAP")
	}
	l := &load{url: ts.Getenv("URL"), path: args[0], client: &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: loadWorkers + 1},
	}}
	l.keys.Store(&[]string{args[2]})

	overlap, err := time.ParseDuration(args[3])
	ts.Check(err)
	stop := l.start()
	time.Sleep(loadPhase)
	began := time.Now()
	next, err := l.rotate(args[1], args[2], args[3])
	ts.Check(err)
	l.keys.Store(&[]string{args[2], next})
	end, err := l.endOf(args[1], next)
	ts.Check(err)
	if early := began.Add(overlap - time.Millisecond); end.Before(early) || end.After(time.Now().Add(overlap)) {
		ts.Fatalf("the old key ends at %v, which is no overlap of %v", end, overlap)
	}
	time.Sleep(time.Until(end) + loadPhase)
	stop()

	for _, phase := range l.judge(ts, args[2], end) {
		fmt.Fprintln(ts.Stdout(), phase)
	}
}

// A load is requests with API keys, one after the other at a steady rate.
type load struct {
	url, path string
	client    *http.Client
	keys      atomic.Pointer[[]string] // taken in turns

	mu      sync.Mutex
	answers []loadAnswer
}

// A loadAnswer is what one request came to.
type loadAnswer struct {
	key         string
	began, done time.Time
	status      int
	err         error
}

// start sends requests until it is told to stop.
func (l *load) start() (stop func()) {
	return steadily(loadRate, loadWorkers, func(n int) {
		keys := *l.keys.Load()
		l.ask(keys[n%len(keys)])
	})
}

// ask sends one request and notes the answer.
func (l *load) ask(key string) {
	a := loadAnswer{key: key, began: time.Now()}
	a.status, _, a.err = l.send(http.MethodGet, l.path, key, "")
	a.done = time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers = append(l.answers, a)
}

func (l *load) send(method, path, key, body string) (status int, content []byte, err error) {
	r, err := http.NewRequest(method, l.url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("X-API-Key", key)
	r.Header.Set("Content-Type", "application/json")
	answer, err := l.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	content, err = io.ReadAll(answer.Body)
	return answer.StatusCode, content, err
}

// rotate lets a key rotate itself and returns its successor.
func (l *load) rotate(id, key, overlap string) (string, error) {
	status, content, err := l.send(http.MethodPost, "/auth/api-keys/"+id+"/rotate", key, `{"overlap":"`+overlap+`"}`)
	if err != nil || status != http.StatusCreated {
		return "", fmt.Errorf("rotate: status %d, %w", status, err)
	}
	var made struct{ Key string }
	err = json.Unmarshal(content, &made)
	return made.Key, err
}

// endOf is when the key called id expires.
func (l *load) endOf(id, key string) (time.Time, error) {
	_, content, err := l.send(http.MethodGet, "/auth/api-keys", key, "")
	if err != nil {
		return time.Time{}, err
	}
	var list struct {
		Keys []struct {
			ID  string
			End time.Time `json:"expires_at"`
		} `json:"api_keys"`
	}
	if err := json.Unmarshal(content, &list); err != nil {
		return time.Time{}, err
	}
	for _, k := range list.Keys {
		if k.ID == id {
			return k.End, nil
		}
	}
	return time.Time{}, fmt.Errorf("no key %s in the list", id)
}

// judge fails unless every answer is the right one. The end of the old key falls
// into some requests: those may have gone either way.
func (l *load) judge(ts *testscript.TestScript, old string, end time.Time) []string {
	counts := map[string]int{}
	for _, a := range l.answers {
		phase, good := "new key", a.status == http.StatusOK
		switch {
		case a.key != old:
		case a.done.Before(end):
			phase = "old key within the overlap"
		case a.began.After(end):
			// Too many bad keys from one address are refused unseen.
			phase = "old key after it"
			good = a.status == http.StatusUnauthorized || a.status == http.StatusTooManyRequests
		default:
			continue
		}
		counts[phase]++
		if a.err != nil || !good {
			ts.Fatalf("%s: status %d, %v, %v from the end", phase, a.status, a.err, a.began.Sub(end))
		}
	}
	var lines []string
	for _, phase := range []string{"old key within the overlap", "old key after it", "new key"} {
		if counts[phase] < loadRate/10 {
			ts.Fatalf("%s: %d requests prove nothing", phase, counts[phase])
		}
		lines = append(lines, fmt.Sprintf("%s: %d requests", phase, counts[phase]))
	}
	return lines
}

package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/authgen-go/authgen/internal/structured"
	"github.com/rogpeppe/go-internal/testscript"
)

// request sends a request to the server of the script, with the cookies it has
// set so far, and prints status, header and body:
//
//	http METHOD PATH [-H 'Name: value']... [BODY]
//
// A body is JSON unless a header says otherwise. Redirects are not followed.
func request(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: http METHOD PATH [-H 'Name: value']... [BODY]")
	}
	method, path, rest := args[0], args[1], args[2:]

	header := http.Header{}
	for len(rest) >= 2 && rest[0] == "-H" {
		name, value, _ := strings.Cut(rest[1], ":")
		header.Add(name, strings.TrimSpace(value))
		rest = rest[2:]
	}
	body := strings.Join(rest, " ")
	if body != "" {
		if header.Get("Content-Type") == "" {
			header.Set("Content-Type", "application/json")
		}
	}
	r, err := http.NewRequest(method, ts.Getenv("URL")+path, strings.NewReader(body))
	ts.Check(err)
	r.Header = header

	client := &http.Client{
		Jar:           worldOf(ts).jar,
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := client.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	ts.Check(err)
	worldOf(ts).noteRequest(r, body, answer, content)
	ts.Check(checkFields(answer))
	printAnswer(ts.Stdout(), answer, content)
}

// checkFields holds that what an answer says of ends and limits is what their RFC and
// draft call structured fields, with the types that they name, and that nobody is told
// to come back before there is something to come back for: SECURITY DUAL-04 and RL-02.
func checkFields(answer *http.Response) error {
	h := answer.Header
	if lines := h["Deprecation"]; lines != nil {
		item, err := structured.ParseItem(lines...)
		if _, isDate := item.Value.(structured.Date); err != nil || !isDate {
			return fmt.Errorf("Deprecation: %q is no date: %w", lines, err)
		}
		if _, err := http.ParseTime(h.Get("Sunset")); err != nil {
			return err
		}
	}
	longest := int64(0)
	for name, params := range map[string][]string{"Ratelimit-Policy": {"q", "w"}, "Ratelimit": {"r", "t"}} {
		list, err := structured.ParseList(h[name]...)
		if err != nil {
			return fmt.Errorf("%s: %q: %w", name, h[name], err)
		}
		for _, item := range list {
			_, isString := item.Value.(string)
			for _, param := range params {
				if n, isInteger := item.Param(param).(int64); !isString || !isInteger || n < 0 {
					return fmt.Errorf("%s: %q has the item %v", name, h[name], item)
				}
			}
			if left, isLeft := item.Param("r").(int64); isLeft && left == 0 {
				longest = max(longest, item.Param("t").(int64))
			}
		}
	}
	if answer.StatusCode != http.StatusTooManyRequests {
		return nil
	}
	if seconds, err := strconv.ParseInt(h.Get("Retry-After"), 10, 64); err != nil || seconds < longest {
		return fmt.Errorf("Retry-After is %q, and nothing is left for %d seconds", h.Get("Retry-After"), longest)
	}
	return nil
}

// printAnswer prints an answer as it would be written on the wire, with its
// header sorted.
func printAnswer(w io.Writer, answer *http.Response, content []byte) {
	fmt.Fprintln(w, answer.StatusCode)
	var names []string
	for name := range answer.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range answer.Header[name] {
			fmt.Fprintf(w, "%s: %s\n", name, value)
		}
	}
	fmt.Fprintf(w, "\n%s\n", content)
}

// captureOutput sets a variable to what the first group of a pattern matches in
// the standard output of the command before:
//
//	capture NAME PATTERN
func captureOutput(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture NAME PATTERN")
	}
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	match := pattern.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(match) != 2 {
		ts.Fatalf("no match for %s, or not one group in it", args[1])
	}
	ts.Setenv(args[0], match[1])
}

// captureClaim sets a variable to what a token says under a name, which is text:
//
//	claim NAME CLAIM TOKEN
func captureClaim(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: claim NAME CLAIM TOKEN")
	}
	parts := strings.Split(args[2], ".")
	if len(parts) != 3 {
		ts.Fatalf("not a token of three parts")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	ts.Check(err)
	claims := map[string]json.RawMessage{}
	ts.Check(json.Unmarshal(payload, &claims))
	var value string
	ts.Check(json.Unmarshal(claims[args[1]], &value))
	ts.Setenv(args[0], value)
}

// forgetCookies makes the next request one of a client that has none:
//
//	forget
func forgetCookies(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: forget")
	}
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	worldOf(ts).jar = jar
}

package oauthserver_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/oauthserver"
)

// SECURITY OAS-03.
func TestOAS03_AFormAndNothingElse(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	with := func(change func(*http.Request)) *http.Request {
		r := b.request(tokenPath, "grant_type", "client_credentials", "client_id", c.ID, "client_secret", secret)
		change(r)
		return r
	}
	header := func(name string, values ...string) func(*http.Request) {
		return func(r *http.Request) { r.Header[name] = values }
	}
	good := "grant_type=client_credentials&client_id=" + c.ID + "&client_secret=" + secret
	body := func(text string) func(*http.Request) {
		return func(r *http.Request) { *r = *b.raw(tokenPath, text) }
	}
	for name, change := range map[string]func(*http.Request){
		"as it should be":           func(*http.Request) {},
		"with a charset":            header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
		"of unknown length":         func(r *http.Request) { r.ContentLength = -1 },
		"with unknown parameters":   body(good + "&resource=x&audience=y&nonsense"),
		"with nothing for a scope":  body(good + "&scope=&refresh_token="),
		"with empty pairs":          body("&" + good + "&&"),
		"with escapes":              body(strings.ReplaceAll(good, "_", "%5f")),
		"in another order":          body("client_secret=" + secret + "&client_id=" + c.ID + "&grant_type=client_credentials"),
		"from a page of some other": header("Origin", "https://evil.example"), // it needs the secret all the same
	} {
		if a := b.send(with(change)); a.Code != http.StatusOK {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
	for name, change := range map[string]func(*http.Request){
		"JSON": func(r *http.Request) {
			*r = *b.raw(tokenPath, `{"grant_type":"client_credentials"}`)
			header("Content-Type", "application/json")(r)
		},
		"no type":                    func(r *http.Request) { r.Header.Del("Content-Type") },
		"two types":                  header("Content-Type", "application/x-www-form-urlencoded", "application/json"),
		"multipart":                  header("Content-Type", "multipart/form-data; boundary=x"),
		"another charset":            header("Content-Type", "application/x-www-form-urlencoded; charset=utf-7"),
		"encoded":                    header("Content-Encoding", "gzip"),
		"all in the query":           func(r *http.Request) { *r = *b.raw(tokenPath+"?"+good, "") },
		"one in the query":           func(r *http.Request) { *r = *b.raw(tokenPath+"?grant_type=client_credentials", good) },
		"an unknown one there":       func(r *http.Request) { *r = *b.raw(tokenPath+"?x", good) },
		"a question mark":            func(r *http.Request) { *r = *b.raw(tokenPath+"?", good) },
		"nothing":                    body(""),
		"no grant_type":              body("client_id=" + c.ID + "&client_secret=" + secret),
		"an empty grant_type":        body(good[len("grant_type=client_credentials&"):] + "&grant_type="),
		"grant_type twice":           body(good + "&grant_type=client_credentials"),
		"client_id twice":            body(good + "&client_id=" + c.ID),
		"client_secret twice":        body(good + "&client_secret=" + secret),
		"scope twice":                body(good + "&scope=" + reads + "&scope=" + reads),
		"scope twice, once empty":    body(good + "&scope=" + reads + "&scope="),
		"scope twice, by an escape":  body(good + "&scope=" + reads + "&s%63ope=" + writes),
		"an unknown one twice":       body(good + "&resource=x&resource=y"),
		"a semicolon":                body(good + ";scope=" + reads),
		"a bad escape":               body(good + "&x=%zz"),
		"half an escape":             body(good + "&x=%4"),
		"a bad escape in a name":     body(good + "&%=x"),
		"no UTF-8":                   body(good + "&x=%ff"),
		"no UTF-8, as it is":         body(good + "&x=\xff"),
		"a body that cannot be read": func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(broken{}), -1 },
	} {
		b.refused(name, b.send(with(change)), 400, "invalid_request")
	}
	large := good + "&x=" + strings.Repeat("x", authn.MaxBody)
	b.refused("too large", b.send(b.raw(tokenPath, large)), 413, "invalid_request")
	b.refused("too large, of unknown length", b.send(with(func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(large)), -1
	})), 413, "invalid_request")
	largest := good + "&x=" + strings.Repeat("x", authn.MaxBody-len(good)-3)
	if a := b.send(b.raw(tokenPath, largest)); a.Code != http.StatusOK {
		t.Errorf("as large as can be: %d %s", a.Code, a.Body)
	}
}

// SECURITY OAS-03: whoever mounts an endpoint under another method than POST gains
// nothing.
func TestOAS03_POSTOnly(t *testing.T) {
	b := newBench(t)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodOptions} {
		r := b.request(tokenPath, "grant_type", "client_credentials")
		r.Method = method
		if a := b.send(r); a.Code != http.StatusMethodNotAllowed || a.Header().Get("Allow") != "POST" {
			t.Errorf("%s: %d %v", method, a.Code, a.Header())
		}
		if _, err := oauthserver.ParseForm(nil, r); err == nil {
			t.Errorf("%s is parsed", method)
		}
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// FuzzForm holds that a form is read as net/url reads it, or refused: no parameter has
// two readings.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{
		"", "a=b", "a=b&a=c", "a=b;c=d", "%61=b&a=c", "a=%zz", "a=%ff", "&&a", "=", "a=b=c", "a+b=c+d", "a&a", "\x00=\x00", "grant_type=client_credentials&scope=x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		form, err := oauthserver.ParsePairs(body)
		if err != nil {
			return
		}
		values, err := url.ParseQuery(body)
		if err != nil {
			t.Fatalf("taken, against net/url: %v", err)
		}
		for name, list := range values {
			if len(list) != 1 || form.Get(name) != list[0] || !utf8.ValidString(name+list[0]) {
				t.Fatalf("%q is %q, read as %q", name, list, form.Get(name))
			}
		}
		if len(form.Values()) != len(values) {
			t.Fatalf("%d parameters, read as %d", len(values), len(form.Values()))
		}
		if got := fmt.Sprintf("%v %+v %#v %s", form, form, form, form); got != "form form form form" {
			t.Fatalf("it prints %s", got)
		}
	})
}

// FuzzBasic holds that a Basic header is read as net/http and net/url read it, or
// refused, and that there is one spelling of what was read.
func FuzzBasic(f *testing.F) {
	for _, pair := range [][2]string{{"client_A", "s"}, {"a b", "c:d"}, {"é", "%"}, {"", ""}, {"a+b", "\x00"}} {
		f.Add("Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(pair[0])+":"+url.QueryEscape(pair[1]))))
		f.Add("basic  " + base64.RawStdEncoding.EncodeToString([]byte(pair[0]+":"+pair[1])))
	}
	f.Add("Bearer x")
	f.Add("Basic YTpi\n")
	f.Add("Basic")
	f.Fuzz(func(t *testing.T, header string) {
		id, secret, ok := oauthserver.ParseBasic(header)
		if !ok {
			if id != "" || secret != "" {
				t.Fatalf("refused, with %q and %q", id, secret)
			}
			return
		}
		scheme, encoded, _ := strings.Cut(header, " ")
		r := &http.Request{Header: http.Header{"Authorization": {scheme + " " + strings.TrimLeft(encoded, " ")}}}
		rawID, rawSecret, there := r.BasicAuth()
		wantID, err := url.QueryUnescape(rawID)
		wantSecret, err2 := url.QueryUnescape(rawSecret)
		if !there || err != nil || err2 != nil || id != wantID || secret != wantSecret || !utf8.ValidString(id+secret) {
			t.Fatalf("read as %q and %q, by others as %q and %q: %v, %v", id, secret, wantID, wantSecret, err, err2)
		}
		again := base64.StdEncoding.EncodeToString([]byte(rawID + ":" + rawSecret))
		if !bytes.HasSuffix([]byte(header), []byte(" "+again)) {
			t.Fatalf("%q is another spelling of %q", header, again)
		}
		other := "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
		if len(other) > 1<<10 {
			return
		}
		if id2, secret2, ok := oauthserver.ParseBasic(other); !ok || id2 != id || secret2 != secret {
			t.Fatalf("%q and %q come back as %q and %q", id, secret, id2, secret2)
		}
	})
}

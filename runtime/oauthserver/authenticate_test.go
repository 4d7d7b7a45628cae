package oauthserver_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/oauthserver"
	"github.com/authgen-go/authgen/runtime/revocation"
)

// SECURITY OAS-01.
func TestOAS01_BasicOrForm(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	other, otherSecret := b.client(reads)
	s := b.signer(t)
	encoded := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	grant := func(more ...string) *http.Request {
		return b.request(tokenPath, append([]string{"grant_type", "client_credentials"}, more...)...)
	}
	with := func(r *http.Request, headers ...string) *http.Request {
		r.Header["Authorization"] = headers
		return r
	}
	escaped := strings.ReplaceAll(url.QueryEscape(c.ID), "c", "%63") + ":" + strings.ReplaceAll(secret, "_", "%5F")
	for name, r := range map[string]*http.Request{
		"Basic":                             basic(grant(), c.ID, secret),
		"Basic in another case":             with(grant(), "bASIC "+encoded(c.ID+":"+secret)),
		"Basic after spaces":                with(grant(), "Basic   "+encoded(c.ID+":"+secret)),
		"Basic, form-urlencoded":            with(grant(), "Basic "+encoded(escaped)),
		"Basic, and its id in the form":     basic(grant("client_id", c.ID), c.ID, secret),
		"Basic, and nothing for the secret": basic(grant("client_secret", "", "client_id", ""), c.ID, secret),
		"form":                              grant("client_id", c.ID, "client_secret", secret),
	} {
		if a := b.send(r); a.Code != http.StatusOK {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
	for name, r := range map[string]*http.Request{
		"nobody":                  grant(),
		"a client without secret": grant("client_id", c.ID),
		"an empty secret":         grant("client_id", c.ID, "client_secret", ""),
		"an empty Basic secret":   basic(grant(), c.ID, ""),
		"an empty Basic id":       basic(grant(), "", secret),
		"a secret of another":     basic(grant(), c.ID, otherSecret),
		"a client of another":     grant("client_id", other.ID, "client_secret", secret),
		"an unknown client":       basic(grant(), oauthserver.NewID(), secret),
		"no client at all":        basic(grant(), "nightly export", secret),
		"a hostile client":        basic(grant(), "x'); DROP TABLE auth_clients; --\x00", secret),
		"a long client":           basic(grant(), strings.Repeat("x", 10_000), secret),
		"an id in lower case":     basic(grant(), strings.ToLower(c.ID), secret),
		"an id with a space":      grant("client_id", c.ID+" ", "client_secret", secret),
		"a wrong secret":          basic(grant(), c.ID, oauthserver.Forge()),
		"nonsense":                basic(grant(), c.ID, "nonsense"),
		"a secret that is cut":    basic(grant(), c.ID, secret[:len(secret)-1]),
		"a secret with more":      basic(grant(), c.ID, secret+"x"),
		"a secret in lower case":  basic(grant(), c.ID, strings.ToLower(secret)),
		"a secret with a space":   grant("client_id", c.ID, "client_secret", " "+secret),
		"Bearer":                  with(grant(), "Bearer "+secret),
		"Digest":                  with(grant(), `Digest username="`+c.ID+`"`),
		"no scheme":               with(grant(), encoded(c.ID+":"+secret)),
		"an empty header":         with(grant(), ""),
		"Basic alone":             with(grant(), "Basic"),
		"no base64":               with(grant(), "Basic "+c.ID+":"+secret),
		"base64url":               with(grant(), "Basic "+base64.URLEncoding.EncodeToString([]byte("?>?>:"+secret))),
		"no padding":              with(grant(), "Basic "+strings.TrimRight(encoded(c.ID+":"+secret+"x"), "=")),
		"other bits at the end":   with(grant(), "Basic "+loosely(encoded(c.ID+":"+secret))),
		"no colon":                with(grant(), "Basic "+encoded(c.ID)),
		"two colons":              with(grant(), "Basic "+encoded(c.ID+":"+secret+":")),
		"a bad escape":            with(grant(), "Basic "+encoded(c.ID+":%zz"+secret)),
		"bad UTF-8":               with(grant(), "Basic "+encoded(c.ID+":%ff"+secret)),
		"CRLF inside":             with(grant(), "Basic "+encoded(c.ID + ":" + secret)[:20]+"\r\n"+encoded(c.ID + ":" + secret)[20:]),
		"a tab":                   with(grant(), "Basic\t"+encoded(c.ID+":"+secret)),
		"more after it":           with(grant(), "Basic "+encoded(c.ID+":"+secret)+" x"),
	} {
		b.refused(name, b.send(r), 401, "invalid_client")
	}
	for name, r := range map[string]*http.Request{
		"both":                      basic(grant("client_secret", secret), c.ID, secret),
		"both, and the id":          basic(grant("client_id", c.ID, "client_secret", secret), c.ID, secret),
		"both of two clients":       basic(grant("client_id", other.ID, "client_secret", otherSecret), c.ID, secret),
		"another id in the form":    basic(grant("client_id", other.ID), c.ID, secret),
		"two headers":               with(grant(), "Basic "+encoded(c.ID+":"+secret), "Basic "+encoded(c.ID+":"+secret)),
		"a secret without a name":   grant("client_secret", secret),
		"a secret and an assertion": grant("client_id", s.client.ID, "client_secret", secret, "client_assertion", s.assertion(nil), "client_assertion_type", assertionType),
		"Basic and an assertion":    basic(grant("client_assertion", s.assertion(nil), "client_assertion_type", assertionType), c.ID, secret),
		"Basic and half of one":     basic(grant("client_assertion_type", "x"), c.ID, secret),
		"an assertion of no type":   grant("client_assertion", "a.b.c"),
		"a type of no assertion":    grant("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
	} {
		b.refused(name, b.send(r), 400, "invalid_request")
	}
}

// loosely is another spelling of base64 that ends with padding, for a reader that does
// not mind.
func loosely(text string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	last := len(strings.TrimRight(text, "=")) - 1
	return text[:last] + string(alphabet[strings.IndexByte(alphabet, text[last])|1]) + text[last+1:]
}

// SECURITY OAS-01. Whoever fails to authenticate does not learn why, and neither does the
// clock tell: the storage is asked the same.
func TestOAS01_UnknownAndWrongCostTheSame(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	keyed := b.signer(t).client
	disabled, disabledSecret := b.client(reads)
	b.must(b.Disable(t.Context(), disabled.ID))
	b.audit.Reset()
	b.store.calls()
	var answers []string
	for _, try := range []struct{ id, secret, event string }{
		{c.ID, oauthserver.Forge(), "wrong-secret >" + c.ID},
		{oauthserver.NewID(), secret, "unknown >"},
		{"nightly export", secret, "unknown >"},
		{"", secret, "unknown >"},
		{disabled.ID, disabledSecret, "disabled >" + disabled.ID},
		{disabled.ID, secret, "wrong-secret >" + disabled.ID},
		{keyed.ID, secret, "wrong-method >" + keyed.ID},
	} {
		a := b.get(try.id, try.secret)
		b.refused(try.event, a, 401, "invalid_client")
		answers = append(answers, a.told())
		if answers[0] != answers[len(answers)-1] {
			t.Errorf("%s: %s, want %s", try.event, answers[len(answers)-1], answers[0])
		}
		if calls := b.store.calls(); len(calls) != 1 || calls[0] != "ByID" {
			t.Errorf("%s: the store was asked %q", try.event, calls)
		}
		b.saw("client.refused denied " + try.event)
	}
	// What cannot be a secret is refused unseen, for whomever.
	for _, id := range []string{c.ID, oauthserver.NewID(), "x", disabled.ID} {
		a := b.get(id, "nonsense")
		if got := a.told(); got != answers[0] {
			t.Errorf("nonsense for %s: %s, want %s", id, got, answers[0])
		}
		if calls := b.store.calls(); len(calls) != 0 {
			t.Errorf("nonsense for %s: the store was asked %q", id, calls)
		}
		b.saw("client.refused denied malformed >")
	}
}

// SECURITY OAS-01.
func TestOAS01_SecretsAreGenerated(t *testing.T) {
	b := newBench(t)
	seen := map[string]bool{}
	for range 100 {
		c, secret := b.client()
		for _, text := range []string{c.ID, secret} {
			if seen[text] {
				t.Fatalf("%s twice", text)
			}
			seen[text] = true
		}
		if len(secret) != 73 || !oauthserver.IsID(c.ID) || c.Method != oauthserver.ClientSecret || !c.CreatedAt.Equal(start.Truncate(time.Microsecond)) {
			t.Fatalf("%+v, %d characters", c, len(secret))
		}
	}
}

// SECURITY OAS-01. A rotated secret works until the overlap ends, to the microsecond, and
// the new one at once.
func TestOAS01_RotationOverlaps(t *testing.T) {
	b := newBench(t)
	c, old := b.client(reads)
	next, err := b.Rotate(t.Context(), c.ID, nil)
	b.must(err)
	if next == old {
		t.Fatal("it is the same")
	}
	b.audit.Reset()
	works := func(what, secret string, reason string) {
		t.Helper()
		b.saw("token.issued success " + reason + " " + c.ID + ">" + jti(t, b.access(c.ID, secret)))
		_ = what
	}
	works("the new secret", next, "")
	works("the old secret", old, "previous-secret") // and who looks can see that it is in use
	b.clock.advance(oauthserver.DefaultOverlap - time.Microsecond)
	works("the old secret, to the last", old, "previous-secret")
	b.clock.advance(time.Microsecond)
	b.refused("the old secret at its end", b.get(c.ID, old), 401, "invalid_client")
	b.saw("client.refused denied wrong-secret >" + c.ID)
	works("the new secret, later", next, "")
}

// SECURITY OAS-01.
func TestOAS01_RotationAtOnce(t *testing.T) {
	b := newBench(t)
	c, first := b.client(reads)
	rotate := func(overlap time.Duration) string {
		t.Helper()
		secret, err := b.Rotate(t.Context(), c.ID, &overlap)
		b.must(err)
		return secret
	}
	second := rotate(time.Minute)
	third := rotate(time.Hour)
	b.refused("two rotations ago", b.get(c.ID, first), 401, "invalid_client") // there are never three
	b.access(c.ID, second)
	b.clock.advance(time.Minute)
	b.access(c.ID, second) // its own overlap counts, not that of before
	fourth := rotate(0)
	for name, secret := range map[string]string{"first": first, "second": second, "third": third} {
		b.refused(name, b.get(c.ID, secret), 401, "invalid_client")
	}
	b.access(c.ID, fourth)
}

// SECURITY OAS-01. How long a secret that was replaced may be around is the application's
// decision.
func TestOAS01_OverlapsAreBounded(t *testing.T) {
	b := newBench(t, func(s *settings) { s.clients.Overlap = time.Hour })
	c, secret := b.client(reads)
	for _, overlap := range []time.Duration{-1, time.Hour + 1, 1 << 62} {
		if next, err := b.Rotate(t.Context(), c.ID, &overlap); next != "" {
			t.Errorf("%v gives a secret", overlap)
		} else {
			b.is(overlap.String(), err, oauthserver.ErrInvalidOverlap)
		}
	}
	b.access(c.ID, secret)

	b = newBench(t, func(s *settings) { s.clients.Overlap = oauthserver.Never })
	c, secret = b.client(reads)
	_, err := b.Rotate(t.Context(), c.ID, nil)
	b.must(err)
	b.refused("without any overlap", b.get(c.ID, secret), 401, "invalid_client")
}

// A loose storage finds a client whatever it is asked for.
type loose struct {
	oauthserver.Storage
	id string
}

func (s loose) ByID(ctx context.Context, _ string) (record, error) { return s.Storage.ByID(ctx, s.id) }

func (s loose) Check(ctx context.Context, _, tokenID string) (oauthserver.Client, bool, error) {
	return s.Storage.Check(ctx, s.id, tokenID)
}

// SECURITY OAS-01: it is not the storage that decides who somebody is.
func TestOAS01_LooseStorages(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	b.store.Storage = loose{b.store.Storage, c.ID}
	for _, id := range []string{oauthserver.NewID(), strings.ToLower(c.ID), "x"} {
		b.refused(id, b.get(id, secret), 401, "invalid_client")
		_, err := b.Check(t.Context(), machine(oauthserver.Client{ID: id}, "t"))
		b.is("the token of "+id, err, revocation.ErrRevoked)
	}
	b.access(c.ID, secret)
}

// From Go, an application authenticates clients at endpoints of its own.
func TestAuthenticate(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	b.audit.Reset()
	try := func(secret string) (oauthserver.Client, error) {
		r := basic(b.request("/own", "x", "y"), c.ID, secret)
		form, err := oauthserver.ParseForm(nil, r)
		b.must(err)
		return b.Authenticate(nil, r, form, b.gate)
	}
	got, err := try(secret)
	if err != nil || got.ID != c.ID {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = try(oauthserver.Forge())
	b.is("a wrong secret", err, oauthserver.ErrInvalidClient)
	if events := b.audit.Events(); got.ID != "" || len(events) != 1 || events[0].Request.Addr.String() != "192.0.2.7" {
		t.Errorf("%+v, %+v", got, events)
	}
}

// A token that cannot be made is no refusal.
func TestTokensThatCannotBeMade(t *testing.T) {
	scopes := make([]string, 1000)
	for i := range scopes {
		scopes[i] = fmt.Sprintf("scope-number-%04d", i)
	}
	b := newBench(t, func(s *settings) { s.clients.Scopes = scopes })
	c, secret := b.client(scopes...)
	b.refused("too large", b.get(c.ID, secret), 503, "temporarily_unavailable")
	if a := b.get(c.ID, secret, "scope", scopes[0]); a.Code != http.StatusOK {
		t.Errorf("with one scope: %d %s", a.Code, a.Body)
	}
}

func TestColumns(t *testing.T) {
	hash, _ := oauthserver.ParseSecret(oauthserver.Forge())
	for _, h := range []oauthserver.Hash{hash, {}} {
		if oauthserver.HashOf(h.Bytes()) != h || (h.Bytes() == nil) != (h == oauthserver.Hash{}) {
			t.Errorf("%x comes back as %x", h, oauthserver.HashOf(h.Bytes()))
		}
	}
	for _, scopes := range [][]string{{}, {reads}, {reads, writes}} {
		if got := oauthserver.SplitScopes(oauthserver.JoinScopes(scopes)); got == nil || !slices.Equal(got, scopes) {
			t.Errorf("%q comes back as %q", scopes, got)
		}
	}
}

package token_test

import (
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

func TestTokensSayOfWhichLoginTheyAre(t *testing.T) {
	b := newBench(t, token.HS256)
	login := start.Add(-time.Hour + 300*time.Millisecond)
	text, said, err := b.issuer.Issue(AppClaims{Claims: token.Claims{Subject: "ada", AuthTime: login, Family: "fam"}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.verify(text)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]AppClaims{"issued": said, "verified": got} {
		if !c.AuthTime.Equal(login.Truncate(time.Second)) || c.AuthTime.Location() != time.UTC || c.Family != "fam" {
			t.Errorf("%s: auth_time %v, sid %q", what, c.AuthTime, c.Family)
		}
	}

	text, _, err = b.issuer.Issue(AppClaims{Claims: token.Claims{Subject: "ada"}})
	if err != nil {
		t.Fatal(err)
	}
	if payload := string(must(token.VerifyJWS(b.ring.Set(), text))(t)); strings.Contains(payload, "auth_time") || strings.Contains(payload, "sid") {
		t.Errorf("says what it does not know: %s", payload)
	}
	if got, err := b.verify(text); err != nil || !got.AuthTime.IsZero() || got.Family != "" {
		t.Errorf("%v, %q, %v", got.AuthTime, got.Family, err)
	}
}

func TestClaimsOfLoginsHaveOneType(t *testing.T) {
	b := newBench(t, token.HS256)
	for _, more := range []string{`,"auth_time":"1"`, `,"auth_time":-1`, `,"auth_time":null`, `,"sid":5`, `,"sid":null`, `,"SID":"x"`, `,"Auth_Time":1`} {
		b.refuses(more, b.sign(b.header(""), b.payload(more)), token.ErrInvalidToken)
	}
	foreign := newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.Foreign = true })
	for _, more := range []string{`,"sid":5,"auth_time":7`, `,"sid":"x","auth_time":7`} {
		c, err := foreign.verify(foreign.sign(foreign.header(""), foreign.payload(more)))
		if err != nil || c.Family != "" || c.AuthTime.Unix() != 7 {
			t.Errorf("%s: sid %q, auth_time %v, %v", more, c.Family, c.AuthTime, err)
		}
	}
	for _, name := range []string{"sid", "auth_time", "Sid"} {
		own := token.StringClaim(name, func(c *AppClaims) *string { return &c.Tenant })
		if _, err := token.NewSchema(func(c *AppClaims) *token.Claims { return &c.Claims }, own); err == nil {
			t.Errorf("an application took %s for a claim of its own", name)
		}
	}
}

func TestATokenDoesNotOutliveWhatItBelongsTo(t *testing.T) {
	b := newBench(t, token.HS256) // TTL 15 minutes
	for name, c := range map[string]struct {
		end, want time.Time
	}{
		"not said":       {time.Time{}, start.Add(15 * time.Minute)},
		"later":          {start.Add(time.Hour), start.Add(15 * time.Minute)},
		"earlier":        {start.Add(time.Minute), start.Add(time.Minute)},
		"in a fraction":  {start.Add(time.Minute + time.Second - 1), start.Add(time.Minute)},
		"in a second":    {start.Add(time.Second), start.Add(time.Second)},
		"now":            {start, time.Time{}},
		"in half of one": {start.Add(time.Second / 2), time.Time{}},
		"long ago":       {start.Add(-time.Hour), time.Time{}},
		"year 1":         {time.Time{}.Add(1), time.Time{}},
	} {
		text, said, err := b.issuer.Issue(AppClaims{Claims: token.Claims{Subject: "ada", ExpiresAt: c.end}})
		if c.want.IsZero() {
			if err == nil || text != "" {
				t.Errorf("%s: a token that has ended was issued", name)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := b.verify(text); err != nil || !got.ExpiresAt.Equal(c.want) || !said.ExpiresAt.Equal(c.want) {
			t.Errorf("%s: ends at %v and says %v, want %v (%v)", name, got.ExpiresAt, said.ExpiresAt, c.want, err)
		}
	}
}

func TestIssueRefusesLoginsAtNoSaneTime(t *testing.T) {
	b := newBench(t, token.HS256)
	for _, at := range []time.Time{time.Unix(-1, 0), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if text, _, err := b.issuer.Issue(AppClaims{Claims: token.Claims{Subject: "ada", AuthTime: at}}); err == nil || text != "" {
			t.Errorf("%v: issued", at)
		}
	}
}

func TestBaseIsThePartThatEveryTokenHas(t *testing.T) {
	var c AppClaims
	if schema(t).Base(&c) != &c.Claims {
		t.Error("it is a copy, or another")
	}
}

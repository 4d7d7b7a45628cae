package token_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/token"
)

// SECURITY JWT-11.
func TestJWT11_ExpIsRequiredAndHolds(t *testing.T) {
	b := newBench(t, token.HS256)
	with := func(exp string) string {
		return b.sign(b.header(""), fmt.Sprintf(`{"iss":%q,"aud":%q,"sub":"ada"%s}`, issuer, audience, exp))
	}
	now := b.now.Unix()
	for _, exp := range []string{
		"", `,"exp":null`, `,"exp":""`, fmt.Sprintf(`,"exp":"%d"`, now+60), `,"exp":-1`, `,"exp":0`, `,"exp":1e300`, `,"exp":1e10`, `,"exp":true`, `,"exp":[]`,
		`,"exp":99999999999999999999`, `,"exp":253402300800`, `,"exp":-9223372036854775808`,
	} {
		b.refuses(exp, with(exp), token.ErrInvalidToken)
	}
	b.accepts("a second before", with(fmt.Sprintf(`,"exp":%d`, now+1)))
	b.accepts("half a second before", with(fmt.Sprintf(`,"exp":%d.5`, now)))
	b.refuses("now", with(fmt.Sprintf(`,"exp":%d`, now)), token.ErrTokenExpired)
	b.refuses("now, with a fraction", with(fmt.Sprintf(`,"exp":%d.000000000000001`, now)), token.ErrTokenExpired)
	b.refuses("1970", with(`,"exp":1`), token.ErrTokenExpired)

	late := newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.Leeway = 30 * time.Second })
	late.accepts("within leeway", with(fmt.Sprintf(`,"exp":%d`, now-29)))
	late.refuses("at its end", with(fmt.Sprintf(`,"exp":%d`, now-30)), token.ErrTokenExpired)
}

// SECURITY JWT-12.
func TestJWT12_TokensFromTheFuture(t *testing.T) {
	for _, c := range []struct {
		leeway time.Duration
		ahead  int
		good   bool
	}{
		{0, -1, true}, {0, 0, true}, {0, 8, true}, {0, 10, true}, {0, 11, false}, {0, 61, false},
		{30 * time.Second, 30, true}, {30 * time.Second, 31, false}, {30 * time.Second, 60, false},
		{5 * time.Minute, 59, true}, {5 * time.Minute, 60, false}, {5 * time.Minute, 61, false}, {5 * time.Minute, 250, false},
	} {
		b := newBench(t, token.HS256, func(cfg *token.Config[AppClaims]) { cfg.Leeway = c.leeway })
		for _, name := range []string{"nbf", "iat"} {
			what := fmt.Sprintf("%s %d s ahead, leeway %v", name, c.ahead, c.leeway)
			text := b.sign(b.header(""), b.payload(fmt.Sprintf(`,%q:%d`, name, b.now.Unix()+int64(c.ahead))))
			if c.good {
				b.accepts(what, text)
			} else {
				b.refuses(what, text, token.ErrInvalidToken)
			}
		}
	}
	b := newBench(t, token.HS256)
	for _, more := range []string{`,"nbf":"1"`, `,"iat":null`, `,"nbf":-1`, `,"iat":1e300`} {
		b.refuses(more, b.sign(b.header(""), b.payload(more)), token.ErrInvalidToken)
	}
	if _, err := token.NewVerifier(token.Config[token.Claims]{
		Schema: token.Basic(), Keys: b.ring, Issuer: issuer, Audience: []string{audience}, Leeway: 5*time.Minute + 1,
	}); err == nil {
		t.Error("a leeway over five minutes was accepted")
	}
}

// SECURITY JWT-13.
func TestJWT13_IssuerAndAudience(t *testing.T) {
	b := newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.Audience = []string{"second", audience} })
	with := func(iss, aud string) string {
		return b.sign(b.header(""), fmt.Sprintf(`{%s%s"sub":"ada","exp":%d}`, iss, aud, b.now.Unix()+60))
	}
	good := fmt.Sprintf(`"iss":%q,`, issuer)
	for _, aud := range []string{fmt.Sprintf(`"aud":%q,`, audience), fmt.Sprintf(`"aud":["x",%q],`, audience), `"aud":["second"],`} {
		b.accepts(aud, with(good, aud))
	}
	for _, aud := range []string{
		"", `"aud":"",`, `"aud":[],`, `"aud":["other"],`, `"aud":5,`, `"aud":null,`, `"aud":[5],`, `"aud":{},`, `"aud":[["second"]],`,
		`"aud":"second ",`, `"aud":"SECOND",`, `"aud":"secon",`, `"aud":"second,x",`, `"aud":["x","second",5],`,
	} {
		b.refuses(aud, with(good, aud), token.ErrInvalidToken)
	}
	for _, iss := range []string{
		"", `"iss":"",`, `"iss":null,`, fmt.Sprintf(`"iss":%q,`, issuer+"/"), fmt.Sprintf(`"iss":[%q],`, issuer), fmt.Sprintf(`"iss":%q,`, strings.ToUpper(issuer)),
	} {
		b.refuses(iss, with(iss, `"aud":"second",`), token.ErrInvalidToken)
	}
	for name, change := range map[string]func(*token.Config[token.Claims]){
		"no issuer":         func(c *token.Config[token.Claims]) { c.Issuer = "" },
		"no audience":       func(c *token.Config[token.Claims]) { c.Audience = nil },
		"an empty audience": func(c *token.Config[token.Claims]) { c.Audience = []string{"x", ""} },
		"no keys":           func(c *token.Config[token.Claims]) { c.Keys = nil },
		"no schema":         func(c *token.Config[token.Claims]) { c.Schema = nil },
	} {
		cfg := token.Config[token.Claims]{Schema: token.Basic(), Keys: b.ring, Issuer: issuer, Audience: []string{audience}}
		change(&cfg)
		if v, err := token.NewVerifier(cfg); err == nil || v != nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// SECURITY JWT-14.
func TestJWT14_AccessTokensOnly(t *testing.T) {
	b := newBench(t, token.HS256)
	head := func(typ string) string { return strings.Replace(b.header(""), `"at+jwt"`, typ, 1) }
	for _, typ := range []string{`"at+jwt"`, `"application/at+jwt"`, `"AT+JWT"`, `"Application/At+Jwt"`} {
		b.accepts(typ, b.sign(head(typ), b.payload("")))
	}
	for _, typ := range []string{
		`"JWT"`, `"refresh+jwt"`, `"logout+jwt"`, `"reset+jwt"`, `"id+jwt"`, `""`, `null`, `5`, `"at+jwt "`, `"application/"`, `"text/at+jwt"`,
		`"application/application/at+jwt"`, `"at+jwtx"`, `"x.at+jwt"`, `["at+jwt"]`,
	} {
		b.refuses(typ, b.sign(head(typ), b.payload("")), token.ErrInvalidToken)
	}
	b.refuses("no typ", b.sign(strings.Replace(b.header(""), `"typ":"at+jwt",`, "", 1), b.payload("")), token.ErrInvalidToken)
}

// SECURITY JWT-14. A verifier of other kinds takes those only, and says which.
func TestJWT14_OtherKindsWhereTheyAreNamed(t *testing.T) {
	b := newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.Types = []string{"logout+jwt", "jwt"} })
	head := func(typ string) string { return strings.Replace(b.header(""), `"typ":"at+jwt",`, typ, 1) }
	for _, typ := range []string{`"typ":"logout+jwt",`, `"typ":"application/Logout+JWT",`, `"typ":"JWT",`} {
		b.accepts(typ, b.sign(head(typ), b.payload("")))
	}
	for _, typ := range []string{`"typ":"at+jwt",`, `"typ":"jwt+jwt",`, `"typ":"",`, ``} {
		b.refuses(typ, b.sign(head(typ), b.payload("")), token.ErrInvalidToken)
	}
	b = newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.Types = []string{""} })
	b.accepts("no typ", b.sign(head(""), b.payload("")))
	b.refuses("typ", b.sign(head(`"typ":"at+jwt",`), b.payload("")), token.ErrInvalidToken)
}

// SECURITY JWT-15.
func TestJWT15_SubjectIsANonEmptyString(t *testing.T) {
	b := newBench(t, token.HS256)
	for _, sub := range []string{`,"sub":""`, `,"sub":5`, `,"sub":null`, `,"sub":["ada"]`, ``} {
		text := fmt.Sprintf(`{"iss":%q,"aud":%q,"exp":%d%s}`, issuer, audience, b.now.Unix()+60, sub)
		b.refuses(sub, b.sign(b.header(""), text), token.ErrInvalidToken)
	}
	if text, _, err := b.issuer.Issue(AppClaims{Tenant: "acme"}); err == nil || text != "" {
		t.Error("a token without a subject was issued")
	}
}

// SECURITY JWT-18.
func TestJWT18_TheHeaderOnly(t *testing.T) {
	b := newBench(t, token.HS256)
	text := b.issue()
	request := func(values ...string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, "https://api.example/?access_token="+text, strings.NewReader("access_token="+text))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: "access_token", Value: text})
		for _, v := range values {
			r.Header.Add("Authorization", v)
		}
		return r
	}
	for _, c := range []struct {
		values []string
		want   error
	}{
		{nil, authn.ErrNoCredential},
		{[]string{"Basic " + text}, authn.ErrNoCredential}, {[]string{text}, authn.ErrNoCredential}, {[]string{"Bearer" + text}, authn.ErrNoCredential},
		{[]string{"Bearer " + text}, nil}, {[]string{"bearer " + text}, nil}, {[]string{"BEARER  " + text}, nil},
		{[]string{"Bearer"}, token.ErrInvalidToken}, {[]string{"Bearer "}, token.ErrInvalidToken}, {[]string{"Bearer " + text + ", Bearer " + text}, token.ErrInvalidToken},
		{[]string{"Bearer\t" + text}, token.ErrInvalidToken}, {[]string{"Bearer=" + text}, token.ErrInvalidToken}, {[]string{"Bearer, Basic x"}, token.ErrInvalidToken}, {[]string{"Bearer-2 " + text}, authn.ErrNoCredential}, {[]string{"Bearer " + text + " x"}, token.ErrInvalidToken},
		{[]string{"Bearer " + text, "Bearer " + text}, authn.ErrInvalidRequest}, {[]string{"Basic x", "Bearer " + text}, authn.ErrInvalidRequest},
	} {
		claims, err := b.verifier.Authenticate(request(c.values...))
		if c.want == nil && (err != nil || claims.Subject != "ada") || c.want != nil && (!errors.Is(err, c.want) || claims.Subject != "") {
			t.Errorf("%d values: %v, want %v", len(c.values), err, c.want)
		}
	}
	for want, err := range map[string]error{
		`Bearer realm="auth"`:                        authn.ErrNoCredential,
		`Bearer realm="auth", error="invalid_token"`: token.ErrTokenExpired,
	} {
		if got := b.verifier.Challenge(err); got != want {
			t.Errorf("Challenge(%v) = %s", err, got)
		}
	}
}

func TestTokensWithoutAnIDOnlyWhereTheyMay(t *testing.T) {
	b := newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.RequireID = true })
	b.refuses("no jti", b.sign(b.header(""), b.payload("")), token.ErrInvalidToken)
	b.refuses("empty jti", b.sign(b.header(""), b.payload(`,"jti":""`)), token.ErrInvalidToken)
	b.accepts("jti", b.sign(b.header(""), b.payload(`,"jti":"x"`)))
}

func TestForeignVersionsAreNotRead(t *testing.T) {
	b := newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.Foreign = true })
	for _, ver := range []string{`,"ver":"2.0"`, `,"ver":7`} {
		if c, err := b.verify(b.sign(b.header(""), b.payload(ver))); err != nil || c.Version != 0 {
			t.Errorf("%s: %d, %v", ver, c.Version, err)
		}
	}
}

func TestSchemasRefuseNamesThatMeanTwoThings(t *testing.T) {
	base := func(c *AppClaims) *token.Claims { return &c.Claims }
	claim := func(name string) token.Claim[AppClaims] {
		return token.StringClaim(name, func(c *AppClaims) *string { return &c.Tenant })
	}
	for _, names := range [][]string{{""}, {"sub"}, {"SUB"}, {"client_id"}, {"a", "a"}, {"a", "A"}} {
		var claims []token.Claim[AppClaims]
		for _, n := range names {
			claims = append(claims, claim(n))
		}
		if _, err := token.NewSchema(base, claims...); err == nil {
			t.Errorf("%v: accepted", names)
		}
	}
	s := must(token.NewSchema(base, claim("tenant").Required()))(t)
	b := newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.Schema = s })
	b.refuses("without a required claim", b.sign(b.header(""), b.payload("")), token.ErrInvalidToken)
	b.accepts("with it", b.sign(b.header(""), b.payload(`,"tenant":""`)))
}

func TestIssueRefusesWhatNoVerifierWouldTake(t *testing.T) {
	b := newBench(t, token.HS256)
	for name, c := range map[string]AppClaims{
		"bad UTF-8":    {Claims: token.Claims{Subject: "a\xff"}},
		"two words":    {Claims: token.Claims{Subject: "a", Scopes: []string{"a b"}}},
		"empty scope":  {Claims: token.Claims{Subject: "a", Scopes: []string{""}}},
		"too large":    {Claims: token.Claims{Subject: "a"}, Tenant: strings.Repeat("x", token.MaxSize)},
		"bad UTF-8, 2": {Claims: token.Claims{Subject: "a"}, Groups: []string{"\xc3"}},
	} {
		if text, claims, err := b.issuer.Issue(c); err == nil || text != "" || claims.Subject != "" {
			t.Errorf("%s: issued", name)
		}
	}
}

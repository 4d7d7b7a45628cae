package token_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

// SECURITY JWT-04.
func TestJWT04_HeadersBringNoKeys(t *testing.T) {
	b := newBench(t, token.EdDSA)
	jwk := string(must(b.key.JWK())(t))
	for _, more := range []string{
		`,"jwk":` + jwk, `,"jku":"http://127.0.0.1:1/"`, `,"x5u":"http://127.0.0.1:1/"`, `,"x5c":["AAAA"]`, `,"jwk":null`,
	} {
		b.refuses(more, b.sign(b.header(more), b.payload("")), token.ErrInvalidToken)
	}
	b.accepts("x5t", b.sign(b.header(`,"x5t":"AAAA","cty":"x","more":[{"a":1}]`), b.payload("")))
}

// SECURITY JWT-05.
func TestJWT05_KidIsAnOpaqueName(t *testing.T) {
	b := newBench(t, token.EdDSA)
	for _, kid := range []string{
		"", "../../dev/null", "' OR 1=1--", `\u0000`, `\r\nx: y`, strings.Repeat("k", 257), strings.Repeat("k", 5000),
		b.key.ID() + " ", " " + b.key.ID(), b.key.ID()[1:],
	} {
		head := fmt.Sprintf(`{"alg":"EdDSA","typ":"at+jwt","kid":"%s"}`, kid)
		b.refuses(kid, b.sign(head, b.payload("")), token.ErrInvalidToken)
	}
	b.refuses("no kid", b.sign(`{"alg":"EdDSA","typ":"at+jwt"}`, b.payload("")), token.ErrInvalidToken)
	b.refuses("number", b.sign(`{"alg":"EdDSA","typ":"at+jwt","kid":5}`, b.payload("")), token.ErrInvalidToken)
}

// SECURITY JWT-06.
func TestJWT06_NoExtensions(t *testing.T) {
	b := newBench(t, token.HS256)
	for _, more := range []string{
		`,"crit":["x"],"x":1`, `,"crit":[]`, `,"crit":["b64"],"b64":false`, `,"b64":false`, `,"b64":true`, `,"crit":null`, `,"crit":["exp"]`,
	} {
		b.refuses(more, b.sign(b.header(more), b.payload("")), token.ErrInvalidToken)
	}
}

// SECURITY JWT-07.
func TestJWT07_CompactFormOnly(t *testing.T) {
	b := newBench(t, token.HS256)
	good := b.issue()
	b.accepts("as it is", good)
	parts := strings.Split(good, ".")
	for name, text := range map[string]string{
		"empty": "", "one part": parts[0], "two parts": parts[0] + "." + parts[1], "four parts": good + ".AAAA", "five parts": good + ".AAAA.AAAA",
		"no header": "." + parts[1] + "." + parts[2], "no payload": parts[0] + ".." + parts[2], "no signature": parts[0] + "." + parts[1] + ".",
		"dots": "..", "JSON": `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
		"padding": good + "=", "padded header": parts[0] + "=." + parts[1] + "." + parts[2], "LF": good + "\n", "CRLF": good + "\r\n",
		"LF inside": good[:len(good)-5] + "\n" + good[len(good)-5:], "CRLF inside": good[:len(good)-5] + "\r\n" + good[len(good)-5:],
		"LF in front": "\n" + good, "space": good + " ", "space inside": parts[0] + " ." + parts[1] + "." + parts[2], "tab": "\t" + good, "NUL": good + "\x00",
		"standard alphabet": strings.NewReplacer("-", "+", "_", "/").Replace(good) + "+", "zip": b.sign(b.header(`,"zip":"DEF"`), b.payload("")),
		"not ASCII": good + "é", "question mark": good[:9] + "?" + good[9:], "scheme twice": "Bearer " + good,
	} {
		b.refuses(name, text, token.ErrInvalidToken)
	}
}

// SECURITY JWT-08.
func TestJWT08_OneSpellingOnly(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for _, alg := range algorithms {
		b := newBench(t, alg)
		good, accepted := b.issue(), 0
		for _, c := range alphabet {
			if _, err := b.verify(good[:len(good)-1] + string(c)); err == nil {
				accepted++
			}
		}
		if accepted != 1 {
			t.Errorf("%s: %d of 64 last characters are accepted", alg, accepted)
		}
	}
}

// SECURITY JWT-09.
func TestJWT09_SizeIsBounded(t *testing.T) {
	b := newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.Kept = -1 })
	sized := func(size int) string {
		for n := size/4*3 - 400; ; n++ {
			if text := b.sign(b.header(""), b.payload(`,"x":"`+strings.Repeat("x", n)+`"`)); len(text) >= size {
				return text
			}
		}
	}
	largest := sized(token.MaxSize - 1)
	if len(largest) > token.MaxSize {
		t.Fatalf("the test's token has %d bytes", len(largest))
	}
	b.accepts("the largest", largest)
	b.refuses("one too large", sized(token.MaxSize+1), token.ErrInvalidToken)
	b.refuses("dots", strings.Repeat(".", 1<<20), token.ErrInvalidToken)
	small, allocs := b.sign(b.header(""), b.payload("")), func(text string) float64 {
		return testing.AllocsPerRun(20, func() { _, _ = b.verify(text) })
	}
	// Only what golang-jwt copies of the text grows, by its size, not by its number.
	if s, l := allocs(small), allocs(largest); l > s+1 {
		t.Errorf("%v allocations for a large token, %v for a small one", l, s)
	}
	for name, text := range map[string]string{
		"too large": strings.Repeat("A", token.MaxSize+1), "a megabyte of dots": strings.Repeat(".", 1<<20), "64 KiB": strings.Repeat(".A", 1<<15),
		"cut": largest[:len(largest)-2], "header of As": strings.Repeat("A", 4000) + ".AAAA.AAAA",
	} {
		if n := allocs(text); n > 3 {
			t.Errorf("%s: refusing takes %v allocations", name, n)
		}
	}
}

// SECURITY JWT-10.
func TestJWT10_OneStrictJSONObjectEach(t *testing.T) {
	b := newBench(t, token.EdDSA)
	past := b.now.Add(-time.Hour).Unix()
	id := b.key.ID()
	deep := strings.Repeat(`[`, 40) + strings.Repeat(`]`, 40)
	for _, payload := range []string{
		b.payload(fmt.Sprintf(`,"exp":%d`, past)), b.payload(fmt.Sprintf(`,"EXP":%d`, past)), b.payload(`,"Exp":1`), b.payload(`,"\u0065xp":1`),
		b.payload(`,"Sub":"eve"`), b.payload(`,"ſub":"eve"`), b.payload(`,"TENANT":"x"`), b.payload(`,"x":1,"x":1`), b.payload(`,"x":{"a":1,"\u0061":2}`),
		`[` + b.payload("") + `]`, b.payload("") + `{}`, b.payload("") + "\x00", b.payload("") + `,`, "\ufeff" + b.payload(""), `"x"`, `null`, ``, `1`,
		b.payload(",\"x\":\"\xff\""), b.payload(",\"\xc3\x28\":1"), b.payload(`,"x":"\ud800"`), b.payload(`,"x":"\udc00\ud800"`), b.payload(`,"x":"\u12"`),
		b.payload(",\"x\":\"a\nb\""), b.payload(`,"x":"\q"`), b.payload(`,"x":01`), b.payload(`,"x":1.`), b.payload(`,"x":.5`), b.payload(`,"x":+1`),
		b.payload(`,"x":1e`), b.payload(`,"x":-`), b.payload(`,"x":NaN`), b.payload(`,"x":nul`), b.payload(`,"x":truex`), b.payload(`,"x":[1,]`),
		b.payload(`,"x":[,1]`), b.payload(`,"x":{"a":1,}`), b.payload(`,"x":{"a"}`), b.payload(`,"x":{1:1}`), b.payload(`,`), b.payload(`,"x"`), b.payload(`,"x":`),
		b.payload(`,"x":"`), b.payload(`,'x':1`), b.payload(`,"x":/**/1`), b.payload(`,"x":` + deep), b.payload(`,"x":[1}`), b.payload(`,"x":{"a":1]`),
		b.payload(`,"tenant":5`), b.payload(`,"tenant":null`), b.payload(`,"level":"1"`), b.payload(`,"level":1.5`), b.payload(`,"level":9223372036854775808`),
		b.payload(`,"level":-9223372036854775809`), b.payload(`,"beta":1`), b.payload(`,"beta":"true"`), b.payload(`,"groups":"x"`), b.payload(`,"groups":[1]`),
		b.payload(`,"org":"x"`), b.payload(`,"org":"6BA7B810-9DAD-11D1-80B4-00C04FD430C8"`), b.payload(`,"org":"6ba7b8109dad11d180b400c04fd430c8"`),
		b.payload(`,"roles":"admin"`), b.payload(`,"scope":["a"]`), b.payload(`,"ver":"1"`), b.payload(`,"jti":1`), b.payload(`,"client_id":{}`),
	} {
		b.refuses(payload, b.sign(b.header(""), payload), token.ErrInvalidToken)
	}
	for _, head := range []string{
		b.header(`,"alg":"EdDSA"`), b.header(`,"Alg":"none"`), b.header(`,"KID":"x"`), b.header(`,"ſ":1,"Crit":["x"]`), b.header(`,"Kid":"x"`),
		b.header("") + " x", `[` + b.header("") + `]`, b.header(",\"x\":\"\xff\""), b.header(`,"x":1,"x":1`), `{"Alg":"EdDSA","typ":"at+jwt","kid":"` + id + `"}`,
	} {
		b.refuses(head, b.sign(head, b.payload("")), token.ErrInvalidToken)
	}
	for _, more := range []string{
		`,"x":[1,-0.5e+10,true,false,null,"\ud83d\ude00",{"a":{"a":[]}},{}]`, "\n\t\r ,\n\"x\" : 1 ", `,"camelCase":1,"É":2`, `,"level":-9223372036854775808`,
		`,"level":9223372036854775807`, `,"scope":""`, `,"roles":[]`, `,"tenant":"a\/\u00e9\ud83d\ude00\b\f\n\r\t\"\\"`,
	} {
		b.accepts(more, b.sign(b.header(""), b.payload(more)))
	}
	c, err := b.verify(b.sign(b.header(""), b.payload(`,"tenant":"a\/\u00e9\ud83d\ude00\b\f\n\r\t\"\\"`)))
	if err != nil || c.Tenant != "a/é😀\b\f\n\r\t\"\\" {
		t.Errorf("%q, %v", c.Tenant, err)
	}
	var many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&many, `,"x%d":1`, i)
	}
	b.refuses("300 names", b.sign(b.header(""), b.payload(many.String())), token.ErrInvalidToken)
}

// SECURITY JWT-05.
func TestJWT05_NoSourceSeesALongKid(t *testing.T) {
	longest := 0
	b := newBench(t, token.EdDSA, func(c *token.Config[AppClaims]) { c.Keys = watch{&longest} })
	for _, n := range []int{1, 256, 257, 5000} {
		head := fmt.Sprintf(`{"alg":"EdDSA","typ":"at+jwt","kid":%q}`, strings.Repeat("k", n))
		b.refuses("a long kid", b.sign(head, b.payload("")), token.ErrInvalidToken)
	}
	if longest != 256 {
		t.Errorf("the longest kid that was looked up has %d bytes", longest)
	}
}

// A watch is a source without keys that notes the longest name.
type watch struct{ longest *int }

func (w watch) VerifyKey(_ context.Context, id string) (*token.Key, error) {
	*w.longest = max(*w.longest, len(id))
	return nil, token.ErrUnknownKey
}

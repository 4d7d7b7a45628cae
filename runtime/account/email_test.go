package account_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/authgen-go/authgen/runtime/account"
)

func TestPWD11_CanonicalEmail(t *testing.T) {
	for in, want := range map[string]string{
		"A@x":                         "a@x",
		"a@x":                         "a@x",
		"a@x ":                        "a@x",
		"\t Ada.Lovelace@EXAMPLE.com": "ada.lovelace@example.com",
		"ada+notes@example.com":       "ada+notes@example.com",
		"o'brien!#$%&*/=?^`{|}~@x.y":  "o'brien!#$%&*/=?^`{|}~@x.y",
		"ａｄａ@ｅｘａｍｐｌｅ.com":             "ada@example.com", // full width
		"ADA＠example.com":             "ada@example.com", // full-width at sign
		"jos\u00e9@example.com":       "jos\u00e9@example.com",
		"jose\u0301@example.com":      "jos\u00e9@example.com", // composed or not
		"STRASSE@example.com":         "strasse@example.com",
		"straße@example.com":          "strasse@example.com",
		"\u212aelvin@example.com":     "kelvin@example.com", // the sign for kelvin
		"ЖУК@ПРИМЕР.РФ":               "жук@пример.рф",
		"\u13a0@x":                    "\uab70@x", // Cherokee, capital and small
		"\uab70@x":                    "\uab70@x",
		"ΟΔΟΣ@x":                      "οδοσ@x", // one sigma, wherever it stands
		"οδος@x":                      "οδοσ@x",
	} {
		if got, err := account.CanonicalEmail(in); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", " ", "a", "@", "a@", "@x", "a@b@c", "a b@x", "a@x y", "a@.x", "a@x.", "a@x..y", "a@-x", "a@x-", "a@x_y",
		"a\x00@x", "a\n@x", "a@x\ny", "a\u200b@x", "a\u202e@x", "a\u00a0b@x", "\xffa@x", "a,b@x", `"a"@x`, "a@[127.0.0.1]",
		"a<b>@x", "a;b@x", "a:b@x", "a(b)@x", `a\b@x`, "a@x/y", "℀@x,y",
		strings.Repeat("a", 65) + "@x", "a@" + strings.Repeat("x", 64), "a@" + strings.Repeat("x.", 126) + "y",
		strings.Repeat("a", 1<<20) + "@x", "a@x" + strings.Repeat("ﷺ", 80),
		"a@" + strings.Repeat(strings.Repeat("\u0149", 20)+".", 5) + "x",  // 208 bytes, folded 308
		strings.Repeat("\u212a", 64) + "@" + strings.Repeat("\u212a", 63), // 382 bytes, folded 128: refused unread
	} {
		if got, err := account.CanonicalEmail(in); !errors.Is(err, account.ErrInvalidEmail) {
			t.Errorf("%.40q: %q, %v; want ErrInvalidEmail", in, got, err)
		}
	}
}

func FuzzCanonicalEmail(f *testing.F) {
	for _, s := range []string{"ada@example.com", "ẞ@x", "ᾳ@x", "İ@x", "ﬀ@x", "a\u0345@x", "＠@x", "a@x\u3002y", "Ǆ@ǆ", "\u1e9e\u0345@x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := account.CanonicalEmail(s)
		if err != nil {
			if got != "" {
				t.Fatalf("%q: %q with an error", s, got)
			}
			return
		}
		again, err := account.CanonicalEmail(got)
		if err != nil || again != got {
			t.Fatalf("%q: %q and then %q, %v", s, got, again, err)
		}
		if len(got) > 254 || strings.Count(got, "@") != 1 || strings.ContainsFunc(got, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
			t.Fatalf("%q: %q has not the shape", s, got)
		}
		if loud, err := account.CanonicalEmail(" " + strings.ToUpper(got) + "\n"); err == nil && loud != got && strings.ToLower(strings.ToUpper(got)) == got {
			t.Fatalf("%q: upper case became %q", got, loud)
		}
		if key := account.LimitKey(s); key != got {
			t.Fatalf("%q is counted as %q", s, key)
		}
	})
}

func TestLimitKeyIsBounded(t *testing.T) {
	long := account.LimitKey(strings.Repeat("x", 1<<16))
	if len(long) > 64 || long == account.LimitKey("x") || long != account.LimitKey(strings.Repeat("x", 1<<16)) {
		t.Errorf("key %q", long)
	}
}

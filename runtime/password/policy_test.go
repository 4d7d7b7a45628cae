package password_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/password"
)

// refused fails unless Check refuses pw with a detail that holds reason.
func refused(t *testing.T, p password.Policy, reason, pw string, personal ...string) {
	t.Helper()
	err := p.Check(pw, personal...)
	var problem *authn.Problem
	if !errors.Is(err, password.ErrWeak) || !errors.As(err, &problem) {
		t.Errorf("Check(%.60q, %q) = %v, want ErrWeak", pw, personal, err)
		return
	}
	if problem.Code.Status() != http.StatusUnprocessableEntity || !strings.Contains(problem.Detail, reason) {
		t.Errorf("Check(%.60q) gives %d %q, want 422 and %q", pw, problem.Code.Status(), problem.Detail, reason)
	}
}

func accepted(t *testing.T, p password.Policy, pw string, personal ...string) {
	t.Helper()
	if err := p.Check(pw, personal...); err != nil {
		t.Errorf("Check(%.60q, %q) = %v, want nil", pw, personal, err)
	}
}

func TestPWD03_LengthIsCountedInCodePointsAndCapped(t *testing.T) {
	var p password.Policy
	const of15 = "kesto uvrih ban"
	accepted(t, p, of15)
	refused(t, p, "fewer than 15", of15[1:])
	refused(t, p, "fewer than 15", "")
	refused(t, p, "fewer than 15", "žluťoučký kůň!") // 14 code points in 19 bytes
	accepted(t, p, "žluťoučký kůň !")
	accepted(t, p, strings.Repeat("\U0001F600", 64))
	accepted(t, p, strings.Repeat("x", 64))
	accepted(t, p, strings.Repeat("a", 72))
	accepted(t, p, strings.Repeat("long ", 204)+"long") // 1024 bytes
	refused(t, p, "longer than 1024", strings.Repeat("long ", 205))
}

func TestPWD03_ALongPasswordIsRefusedAtNoCost(t *testing.T) {
	var p password.Policy
	megabyte := strings.Repeat("a", 1<<20)
	allocs := testing.AllocsPerRun(10, func() {
		if p.Check(megabyte, "alice@example.com") == nil {
			t.Fatal("accepted")
		}
	})
	if allocs > 5 {
		t.Errorf("%v allocations for a password that is too long", allocs)
	}
}

func TestPWD03_BoundsHaveFloors(t *testing.T) {
	eight := password.Policy{MinLength: 8}
	accepted(t, eight, "tq7vnxzk")
	refused(t, eight, "fewer than 8", "tq7vnxz")
	refused(t, password.Policy{MinLength: 3}, "fewer than 8", "tq7vnxz")
	accepted(t, password.Policy{MaxBytes: 10}, strings.Repeat("\U0001F600", 64))
	refused(t, password.Policy{MaxBytes: 300}, "longer than 300", strings.Repeat("x", 301))

	for _, p := range []password.Policy{{}, {MinLength: 8}, {MinLength: 64}, {MaxBytes: 256}, {MinLength: 15, MaxBytes: 1024}} {
		if err := p.Validate(); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
	for _, p := range []password.Policy{{MinLength: 7}, {MinLength: -1}, {MinLength: 65}, {MaxBytes: 255}, {MaxBytes: -1}} {
		if p.Validate() == nil {
			t.Errorf("%+v is valid", p)
		}
	}
}

func TestPWD04_NoKindOfCharacterIsAskedFor(t *testing.T) {
	var p password.Policy
	for _, pw := range []string{
		"a b c d e f g h",              // spaces and letters
		"839201746501928",              // digits
		"qpwmxnvbhdjekruz",             // small letters
		"QPWMXNVBHDJEKRUZ",             // capitals
		"~^;:{]}<?>|'\"`\\",            // signs
		"               x y z w v u",   // mostly spaces
		"пятнадцать букв",              // not Latin
		"correct horse battery staple", // words
		"overbook-lantern-teeth",
		"a long enough password",
		"Tab\tand\nnewline\x00and NUL",
	} {
		accepted(t, p, pw)
	}
}

func TestInvalidUTF8IsRefused(t *testing.T) {
	for _, pw := range []string{"\xff" + strings.Repeat("xy", 12), "correct horse battery \xc3", strings.Repeat("\x80", 40)} {
		refused(t, password.Policy{}, "UTF-8", pw)
	}
}

func TestPWD05_FormsOfCommonPasswordsAreRefused(t *testing.T) {
	var p password.Policy
	for _, pw := range []string{
		// doubled and repeated
		"passwordpassword", "letmeinletmein!", "Password-Password", "hunter2hunter2hunter2", "abc123abc123abc123", "LetMeIn LetMeIn LetMeIn",
		// with digits, years and signs
		"password1234567", "Summer2024!!!!!", "iloveyou20242024", "administrator1!", "1234567password", "!!!!password!!!!", "monkey839201746",
		"Password!Password!1", "Welcome-2024-2025", "changeme........", "starwars19771983",
		// digits and signs for letters
		"p@ssw0rdp@ssw0rd", "P455w0rd!P455w0rd!", "5uperm4n5uperm4n", "l33tl33tl33tl33t", "p4ssw0rd12345678", "l1verp00l2020!!!",
		// runs along a keyboard
		"qwertyuiopasdfgh", "QWERTYUIOP{}asdfgh"[:10] + "asdfghjkl", "zxcvbnmasdfghjkl", "1qaz2wsx3edc4rfv", "!QAZ@WSX#EDC$RFV", "zaq1xsw2cde3vfr4",
		"1q2w3e4r5t6y7u8i", "qazwsxedcrfvtgb", "azertyuiopqsdfgh", "qwertz1234567890", "poiuytrewqlkjhgf",
		// sequences and runs
		"abcdefghijklmnop", "zyxwvutsrqponmlk", "1234567890123456", "0987654321098765", "111222333444555666", "aaaaaaaaaaaaaaaa",
		"aaaabbbbccccdddd", "123456789abcdefg", "abcdefgh12345678", "!!!!!!!!!!!!!!!!", "19841984198419841984",
		// listed but for what is between the words
		"this is my password", "123-456-789-987-654-321", "high_school_musical",
		// two words
		"manchester-united", "iloveyouforever1", "dragonmonkey1234",
	} {
		refused(t, p, "common", pw)
	}
}

func TestPWD05_ShortPoliciesRefuseShortCommonPasswords(t *testing.T) {
	p := password.Policy{MinLength: 8}
	for _, pw := range []string{"password", "PASSWORD", "12345678", "qwertyui", "iloveyou", "p@ssw0rd", "baseball", "monkey12", "Summer2024", "11111111", "abcd1234", "letmein1"} {
		refused(t, p, "common", pw)
	}
}

func TestPWD05_PasswordsBuiltFromTheirUserAreRefused(t *testing.T) {
	var p password.Policy
	const email, site = "Zdenka.Vorbachova@qvaltrenix.example", "Kvartalio Reports"
	for _, pw := range []string{
		"zdenka.vorbachova@qvaltrenix.example", "Zdenka.Vorbachova", "zdenkavorbachova", "vorbachovavorbachova", "zdenka-vorbachova-1",
		"Vorbachova2024!", "vorbachova12345", "v0rb4ch0v4-2024", "xx-vorbachova-xx", "qvaltrenixqvaltrenix", "qvaltrenix.example",
		"zdenkaqvaltrenix1", "kvartalio-2025!!", "KvartalioReports", "kvartalioPassword1", "zdenka@kvartalio",
		strings.Repeat("vorbachova", 10), strings.Repeat("Kvartalio ", 20) + "12345",
	} {
		refused(t, p, "built from", pw, email, site)
		accepted(t, p, pw+" moth under brisk lanterns", email, site)
	}
	accepted(t, p, "vorbachova moth under brisk lanterns", email, site)
	accepted(t, p, "zdxnka-vqrbachxva", email, site)
	accepted(t, p, "correct horse battery staple", email, site)
	accepted(t, p, "kvartalio-2025!!") // nobody's word
}

func TestPWD05_ShortPersonalWordsAreLeftAlone(t *testing.T) {
	var p password.Policy
	accepted(t, p, "kesto bo uvrih ban", "bo@x.io", "ACM", "", "@", "@@", "...")
	refused(t, p, "built from", "bob@x.io,bob@x.io", "bob@x.io") // the whole address
	refused(t, p, "built from", "müller-müller-1", "müller@example.com")
	accepted(t, p, "mäller-mäller-mäller", "müller@example.com")
}

func TestKEY09_RefusalsShowNeitherPasswordNorPersonalData(t *testing.T) {
	var p password.Policy
	for _, c := range []struct{ password, email string }{
		{"cAnArY", "a@b.example"},
		{"canary\xffcanarycanary", "a@b.example"},
		{"canarycanarycanary", "a@b.example"},
		{strings.Repeat("canary and others ", 100), "a@b.example"},
		{"canaryxqcanaryxq", "canaryxq@b.example"},
	} {
		err := p.Check(c.password, c.email)
		if err == nil {
			t.Fatalf("%.40q was accepted; the test needs passwords that are refused", c.password)
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if out := fmt.Sprintf(verb, err); strings.Contains(strings.ToLower(out), "canary") {
				t.Errorf("%s shows the password: %s", verb, out)
			}
		}
	}
}

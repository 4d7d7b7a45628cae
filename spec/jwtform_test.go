package spec

import (
	"go/token"
	"strings"
	"testing"
)

func TestClaimField(t *testing.T) {
	tests := map[string]string{
		"tenant":                     "Tenant",
		"tenant_id":                  "TenantID",
		"tenantId":                   "TenantId",
		"org.unit":                   "OrgUnit",
		"urn:example:teams":          "UrnExampleTeams",
		"kubernetes.io/namespace":    "Namespace",
		"https://example.com/a/plan": "Plan",
		"https://example.com/api-v2": "APIV2",
	}
	for name, want := range tests {
		got := ClaimField(name)
		if got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
		if !token.IsIdentifier(got) || !token.IsExported(got) {
			t.Errorf("%s is not an exported Go identifier", got)
		}
	}
}

// A formTest is what a form takes and what it does not.
type formTest struct {
	form         form[string]
	takes, leave []string
}

func (tt formTest) run(t *testing.T) {
	t.Helper()

	for _, text := range tt.takes {
		if !tt.form.accepts(text) {
			t.Errorf("%q is refused", text)
		}
	}
	for _, text := range tt.leave {
		if tt.form.accepts(text) {
			t.Errorf("%q is accepted", text)
		}
	}
}

func TestClaimNames(t *testing.T) {
	formTest{
		form:  claimForm(),
		takes: []string{"a", "Z", "tenant_id", "a.b:c-d", "a/b", "https://example.com/tenant", "urn:x:y", strings.Repeat("a", 64)},
		leave: []string{
			"", "1a", "_a", "-a", ".a", "/a", ":a", "a/", "a/1", "a/_b", "a b", "a\n", "a\"b", "a`b", "a'b", `a\b`, "ä", "a{b", "a%20b", "a?b", "a#b", "a\x00",
			"https://example.com/", "https://example.com/2fa", strings.Repeat("a", 65),
		},
	}.run(t)
}

// TestStringOrURI holds RFC 7519 section 2: with a colon it is a URI. The
// characters are those of URIs that no language takes for an end.
func TestStringOrURI(t *testing.T) {
	takes := []string{
		"a", "accounts.example", "00000002-0000", "robot@project.example", "//iam.example/projects/1", "urn:example:a", "api://6c7f/orders", "a+b.c-d:e",
		"https://id.example.com", "https://id.example.com/", "https://ID.example.com:8443/a/b", "http://localhost", "https://[2001:db8::1]/a", "https://a.example?b=c&d=%20",
		strings.Repeat("a", 255),
	}
	leave := []string{
		" ", "a b", "a\t", "a\n", "a\r\nb", "\x00", "\x7f", "ä", `a"b`, "a'b", "a`b", `a\b`, "a*/", "a;b", "a,b", "<a>", "a$b", "{a}", "a|b", "a^b",
		":", ":a", "a:", "1a:b", "ä:b", "a_b:c", "a b:c", "https:", "https://", "https:///a", "https://:80", "https://a.example:0", "https://a.example:65536", "https://a.example:x",
		"https://u@a.example", "https://u:p@a.example", "https://a.example#f", "https://a..example", "https://127.1", "https://-a.example", "HTTP://", "https:a", "https://[::1", "https://a.example/%zz",
		strings.Repeat("a", 256),
	}

	formTest{audienceForm(), takes, append(leave, "")}.run(t)
	formTest{issuerForm(), append(takes, ""), leave}.run(t)
}

// TestKEY06_JWKSURL holds where keys may come from: https, and http where nobody
// is on the way.
// SECURITY KEY-06.
func TestKEY06_JWKSURL(t *testing.T) {
	formTest{
		form: jwksURLForm(),
		takes: []string{
			"https://id.example.com/.well-known/jwks.json", "https://id.example.com", "https://id.example.com:8443/keys?p=1&q=a%20b", "https://[2001:db8::1]/keys",
			"https://10.0.0.1/keys", "http://localhost", "http://localhost:8080/keys", "http://127.0.0.1:1/keys", "http://127.9.9.9/", "http://[::1]:80/keys",
			"https://id.example.com/" + strings.Repeat("a", 489),
		},
		leave: []string{
			"", "/keys", "//id.example.com/keys", "id.example.com", "file:///keys", "ftp://a.example/keys", "data:,x", "https:", "https:keys", "https://", "https:///keys", "HTTPS://id.example.com",
			"http://id.example.com", "http://10.0.0.1", "http://localhost.example.com", "http://a.localhost", "http://128.0.0.1", "http://[::2]", "http://[::ffff:127.0.0.1]", "http://127.1", "http://0",
			"https://u@id.example.com", "https://u:p@id.example.com", "https://@id.example.com", "https://id.example.com#", "https://id.example.com/keys#a", "https://id.example.com:0", "https://id.example.com:99999",
			"https://a b", "https://a.example/ b", "https://a.example\n", "https://a.example/\r\nHost: b", `https://a.example/"`, "https://ä.example", "https://a..b", "https://a.example/%zz",
			"https://id.example.com/" + strings.Repeat("a", 490),
		},
	}.run(t)
}

func TestJWKSPath(t *testing.T) {
	formTest{
		form:  jwksPathForm(),
		takes: []string{"/.well-known/jwks.json", "/jwks", "/a/b/c", "/.a/.b", "/~a/-b/_c", "/a.b.", "/" + strings.Repeat("a", 127)},
		leave: []string{
			"", "/", "a", "a/b", "//", "/a/", "/a//b", "/.", "/..", "/./a", "/a/..", "/..a", "/{a}", "/a*", "/:a", "/a%20b", "/a?b", "/a#b", "/a b", "/a\nb", "/ä", "https://a.example/b",
			`/a"b`, "/a`b", "/" + strings.Repeat("a", 128),
		},
	}.run(t)
}

// TestAlgorithms holds that no suggestion turns a public key into a secret.
func TestAlgorithms(t *testing.T) {
	form := algorithmForm()
	for text, want := range map[string]string{
		"PS256": "RS256", "PS512": "RS256", "RS384": "RS256", "rs256": "RS256", "ES512": "ES256", "es256": "ES256", "HS384": "HS256", "Ed25519": "EdDSA", "EDDSA": "EdDSA",
		"none": "", "NONE": "", "": "", "RSA1_5": "RS256", "x": "", "dir": "",
	} {
		if _, wrong := form.parse(text); wrong == nil || wrong.try != want {
			t.Errorf("%s: got %+v, want %q to be tried", text, wrong, want)
		}
	}
	for _, text := range form.values {
		if a, wrong := form.parse(text); wrong != nil || string(a) != text {
			t.Errorf("%s: got %s, %+v", text, a, wrong)
		}
	}
}

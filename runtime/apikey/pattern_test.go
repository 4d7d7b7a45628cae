package apikey_test

import (
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/apikey"
)

var prefixes = []string{"k", "sk_live", "sk_test", "acme_sk_live_2"}

func TestAPI01_PatternFindsKeysWhereTheyLeak(t *testing.T) {
	for _, prefix := range prefixes {
		pattern := regexp.MustCompile(apikey.Pattern(prefix))
		for range 200 {
			a, _ := apikey.Forge(prefix)
			b, _ := apikey.Forge(prefix)
			for name, text := range map[string]string{
				"alone":         a,
				"environment":   "API_KEY=" + a + "\nB=" + b,
				"JSON":          `{"key":"` + a + `","other":"` + b + `"}`,
				"escaped JSON":  `"key:\n` + a + `\n"`,
				"header":        "X-API-Key: " + a + "\r\n",
				"query":         "https://api.example/?key=" + a + "&x=" + b + "#y",
				"escaped query": url.QueryEscape("key=" + a + "&x=" + b),
				"Go":            `const key = "` + a + `"`,
				"shell":         `curl -H 'X-API-Key: ` + a + `' https://api.example`,
				"list":          a + "," + b + ";" + a,
				"sentence":      "I use " + a + ". It works.",
				"name before":   "old_" + a,
			} {
				want := strings.Count(text, a) + strings.Count(text, b)
				got := pattern.FindAllString(text, -1)
				if len(got) != want || slices.ContainsFunc(got, func(s string) bool { return s != a && s != b }) {
					t.Fatalf("%s: found %q in %q", name, got, text)
				}
			}
		}
	}
}

func TestAPI01_PatternPassesLookAlikesOver(t *testing.T) {
	pattern := regexp.MustCompile(apikey.Pattern("sk_live"))
	key, _ := apikey.Forge("sk_live")
	test, _ := apikey.Forge("sk_test")
	for name, text := range map[string]string{
		"another environment": test, "too short": key[:43], "too long": key + "0", "much longer": key + key[8:],
		"upper case": strings.ToUpper(key), "a dash": strings.Replace(key, "_", "-", 1), "a gap": key[:20] + " " + key[20:],
		"the prefix alone": "sk_live_", "goes on": key + "_old", "other alphabet": key[:20] + "/" + key[21:],
	} {
		if got := pattern.FindString(text); got != "" {
			t.Errorf("%s: found %q in %q", name, got, text)
		}
	}
	// What has the shape and is no key is found, and told apart by its check sum.
	typo := swap(key)
	if pattern.FindString(typo) != typo || parses(typo) {
		t.Errorf("%q is not found, or is a key", typo)
	}
}

func TestAPI01_GitleaksRule(t *testing.T) {
	for _, prefix := range prefixes {
		rule := parseRule(t, apikey.GitleaksRule(prefix))
		if want := strings.ReplaceAll(prefix, "_", "-") + "-api-key"; rule["id"] != want {
			t.Errorf("id %q, want %q", rule["id"], want)
		}
		if rule["regex"] != apikey.Pattern(prefix) || rule["description"] == "" {
			t.Errorf("regex %q, description %q", rule["regex"], rule["description"])
		}
		// gitleaks looks for the keyword in lower case first, and for the rest only then.
		keyword := strings.Trim(rule["keywords"], `[]"`)
		least, err := strconv.ParseFloat(rule["entropy"], 64)
		if err != nil {
			t.Fatal(err)
		}
		for range 20_000 {
			key, _ := apikey.Forge(prefix)
			if !strings.Contains(strings.ToLower(key), keyword) {
				t.Fatalf("%q is not in %q", keyword, key)
			}
			if e := entropy(key); e <= least {
				t.Fatalf("%q has %.2f bits a character", key, e)
			}
		}
		for _, char := range []string{"x", "0", "xyz", "abcdef"} {
			placeholder := prefix + "_" + strings.Repeat(char, 36/len(char))
			if e := entropy(placeholder); e > least {
				t.Errorf("%q has %.2f bits a character and passes for a key", placeholder, e)
			}
		}
	}
}

// parseRule reads the little of TOML that a rule is made of.
func parseRule(t *testing.T, text string) map[string]string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if lines[0] != "[[rules]]" {
		t.Fatalf("begins with %q", lines[0])
	}
	rule := make(map[string]string)
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, " = ")
		if !ok {
			t.Fatalf("line %q", line)
		}
		if quoted, err := strconv.Unquote(value); err == nil {
			value = quoted
		}
		rule[name] = strings.TrimSuffix(strings.TrimPrefix(value, "'''"), "'''")
	}
	return rule
}

// entropy is Shannon's, in bits a character, as gitleaks reckons it.
func entropy(text string) (bits float64) {
	counts := make(map[rune]float64)
	for _, r := range text {
		counts[r]++
	}
	n := float64(len(text))
	for _, c := range counts {
		bits -= c / n * math.Log2(c/n)
	}
	return bits
}

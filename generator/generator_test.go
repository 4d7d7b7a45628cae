package generator_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/generator"
	"github.com/authgen-go/authgen/runtime/apikey"
	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/spec/spectest"
)

const module = "example.com/app"

var now = time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)

// generate runs the pipeline on the text of a spec.
func generate(t interface {
	Helper()
	Fatal(...any)
}, text string) *generator.Result {
	t.Helper()
	s, err := spec.Parse("authgen.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	result, err := generator.Generate(generator.Request{Spec: s, Source: "authgen.yaml", Module: module, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// variants are specs that together reach every emitter and every branch of one.
func variants() map[string]string {
	all := map[string]string{
		"smallest": "version: 1\nstrategies: {session: {}}\n",
		"closed":   "version: 1\nusers: {registration: closed}\nstrategies: {session: {}}\n",
		"memory":   "version: 1\nstrategies: {session: {storage: memory, cookie: {name: sid, same_site: strict}}}\n",
		"no tests": "version: 1\noutput: {tests: false}\nstrategies: {session: {}}\n",
		"unlucky":  "version: 1\noutput: {dir: internal/kit, migrations: db}\nstrategies: {session: {}}\n",
		"elsewhere": "version: 1\noutput: {dir: pkg/login, migrations: pkg/login/schema}\n" +
			"http: {prefix: /, trusted_proxies: [10.0.0.0/8], trusted_origins: [\"https://www.app.example\"]}\nstrategies: {session: {}}\n",
		"rights": "version: 1\nscopes: [reports:read, reports:write]\n" +
			"users: {roles: {member: [reports:read], admin: [reports:read, reports:write]}}\nstrategies: {session: {}}\n",
	}
	const keys = "scopes: [reports:read]\nusers: {roles: {member: [reports:read]}}\nstrategies: "
	all["keys"] = "version: 1\n" + keys + "{api_key: {}}\n"
	all["keys, kept"] = "version: 1\n" + keys + "{api_key: {max_staleness: 30s, warn_before: 0s, rotation_overlap: 0s, rate_limit: 10/1m}}\n"
	all["keys and sessions"] = "version: 1\n" + keys + "{api_key: {header: X-Acme-Key, prefix: acme_test}, session: {}}\n"
	all["pages"] = "version: 1\nusers: {roles: {member: [], admin: []}}\nstrategies: {session: {pages: true, remember: 30d}}\n"
	all["pages, closed"] = "version: 1\nusers: {registration: closed}\nstrategies: {session: {pages: true}, jwt: {}, api_key: {}}\n"
	all["machines"] = "version: 1\nscopes: [reports:read]\nstrategies: {jwt: {}, oauth: {server: {}}}\n"
	all["machines and keys"] = "version: 1\nstrategies: {jwt: {algorithm: HS256, refresh: off}, api_key: {}, session: {}, oauth: {server: {secret_overlap: 0s}}}\n"
	all["providers"] = "version: 1\nstrategies: {session: {pages: true}, oauth: {providers: {google: {}, apple: {}}, keep_tokens: true, link_by_email: verified}}\n"
	all["providers for tokens"] = "version: 1\nusers: {registration: closed}\nstrategies: {jwt: {}, oauth: {providers: {acme: {issuer: \"https://id.example\", scopes: [openid]}}}}\n"
	for name, jwt := range map[string]string{
		"EdDSA":      "{}",
		"HS256":      "{algorithm: HS256}",
		"RS256":      "{algorithm: RS256, refresh: off}",
		"ES256":      "{algorithm: ES256, refresh: {reuse_grace: 0s}, revocation: {storage: memory}}",
		"full":       "{issuer: \"https://id.example\", audience: [a, b], access_ttl: 5m, leeway: 0s, claims: {tenant: string, level: int64, beta: bool, org: uuid, teams: \"[]string\"}, revocation: {max_staleness: 10s}, jwks: {path: /keys, max_age: 1h}}",
		"verify":     "{issuer: \"https://id.example\", verify: {jwks_url: \"https://id.example/keys\"}}",
		"verify one": "{issuer: \"https://id.example\", audience: [shop], algorithm: ES256, claims: {tenant: string}, verify: {jwks_url: \"https://id.example/keys\", insecure_private_network: true}}",
	} {
		all["jwt "+name] = "version: 1\nscopes: [reports:read]\nusers: {roles: {member: [reports:read]}}\nstrategies: {jwt: " + jwt + "}\n"
	}
	all["jwt at the root"] = "version: 1\nhttp: {prefix: /}\nstrategies: {jwt: {}}\n"
	all["jwt and keys"] = "version: 1\nstrategies: {jwt: {}, api_key: {}}\n"
	all["jwt and sessions"] = "version: 1\nstrategies: {jwt: {}, session: {}}\n"
	all["everything"] = "version: 1\n" + keys + "{jwt: {}, session: {}, api_key: {}}\n"
	for _, id := range []string{"uuid", "int64", "string"} {
		all["jwt id "+id] = "version: 1\nusers: {id: " + id + ", table: people}\nstrategies: {jwt: {}}\n"
		all["id "+id] = "version: 1\nusers: {id: " + id + ", table: people}\nstrategies: {session: {}}\n"
	}
	for _, database := range []string{"postgres", "mysql"} {
		for _, id := range []string{"uuid", "int64", "string"} {
			all[database+" id "+id] = "version: 1\ndatabase: " + database + "\nusers: {id: " + id + "}\nstrategies: {session: {}, jwt: {}, api_key: {}, oauth: {providers: {google: {}}, server: {}}}\n"
			all[database+" and redis id "+id] = "version: 1\ndatabase: " + database + "\nusers: {id: " + id + "}\nrate_limit: {storage: redis}\n" +
				"strategies: {session: {storage: redis}, jwt: {revocation: {storage: redis}}, api_key: {}}\n"
		}
	}
	all["sessions in redis"] = "version: 1\nstrategies: {session: {storage: redis}}\n"
	all["revocation in redis"] = "version: 1\nstrategies: {jwt: {revocation: {storage: redis}}}\n"
	all["limits in redis"] = "version: 1\nrate_limit: {storage: redis}\nstrategies: {api_key: {}}\n"
	all["metrics"] = "version: 1\nstrategies: {session: {}}\nmetrics: otel\n"
	all["metrics of keys"] = "version: 1\nstrategies: {api_key: {}}\nmetrics: otel\n"
	all["metrics of redis"] = "version: 1\ndatabase: postgres\nrate_limit: {storage: redis}\n" +
		"strategies: {session: {storage: redis}, jwt: {revocation: {storage: redis}}, api_key: {}}\nmetrics: otel\n"
	all["metrics of a verifier"] = "version: 1\nstrategies: {jwt: {issuer: a, verify: {jwks_url: \"https://id.example/keys\"}}}\nmetrics: otel\n"
	const end = "deprecated: {since: 2026-12-01, sunset: 2027-06-01, link: \"https://app.example/docs\"}"
	all["sessions end"] = "version: 1\nstrategies: {session: {pages: true, " + end + "}, jwt: {}, api_key: {}}\norder: [session, api_key, jwt]\n"
	all["tokens end"] = "version: 1\nstrategies: {session: {}, jwt: {refresh: off, " + end + "}, oauth: {server: {}}}\n"
	all["everything ends"] = "version: 1\n" + keys + "{session: {" + end + "}, jwt: {" + end + "}, api_key: {" + end + "}, oauth: {providers: {google: {}, apple: {}}, server: {}, " + end + "}}\n"
	all["metrics of ends"] = all["everything ends"] + "metrics: otel\n"
	all["verifying ends"] = "version: 1\nstrategies: {jwt: {issuer: a, verify: {jwks_url: \"https://id.example/keys\"}, " + end + "}}\npolicies: {p: {rate_limit: 1/1m}, q: {}}\n"
	for _, router := range []string{"net/http", "chi", "gin", "echo"} {
		all["policies with "+router] = "version: 1\nhttp: {router: " + router + "}\nscopes: [a, b]\nusers: {roles: {member: [a], none: []}}\n" +
			"strategies: {session: {}, jwt: {}, api_key: {}, oauth: {server: {}}}\npolicies:\n" +
			"  one: {strategies: [jwt, api_key], scopes: [a], rate_limit: 5/1m}\n  two: {roles: [member, none]}\n  three: {}\n  machines: {strategies: [jwt], scopes: [b]}\n"
	}
	for _, router := range []string{"net/http", "chi", "gin", "echo"} {
		for _, prefix := range []string{"/auth", "/"} {
			all["router "+router+" at "+prefix] = "version: 1\nhttp: {router: " + router + ", prefix: " + prefix + "}\nstrategies: {session: {}}\n"
		}
	}
	return all
}

func TestEveryVariantTypeChecks(t *testing.T) {
	for name, text := range variants() {
		t.Run(name, func(t *testing.T) { typeChecks(t, module, generate(t, text).Files) })
	}
}

// TestGEN03_SameInputSameBytes runs the pipeline twice on every variant.
// SECURITY GEN-03.
func TestGEN03_SameInputSameBytes(t *testing.T) {
	for name, text := range variants() {
		a, b := generate(t, text), generate(t, text)
		if len(a.Files) != len(b.Files) {
			t.Fatalf("%s: %d files, then %d", name, len(a.Files), len(b.Files))
		}
		for i := range a.Files {
			if a.Files[i].Path != b.Files[i].Path || !bytes.Equal(a.Files[i].Content, b.Files[i].Content) {
				t.Errorf("%s: %s differs between two runs", name, a.Files[i].Path)
			}
		}
		if !bytes.Equal(a.Lock.Marshal(), b.Lock.Marshal()) {
			t.Errorf("%s: the lock differs between two runs", name)
		}
	}
}

// TestAcceptedSpecsTypeCheck draws valid specs at random.
func TestAcceptedSpecsTypeCheck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typeChecks(t, module, generate(t, spectest.Draw(t)).Files)
	})
}

// FuzzGenerate proves that no text that the spec accepts yields code that does
// not type-check.
func FuzzGenerate(f *testing.F) {
	for _, text := range variants() {
		f.Add(text)
	}
	for _, example := range spectest.Valid() {
		f.Add(example.YAML)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := spec.Parse("authgen.yaml", []byte(text)); err != nil {
			return
		}
		typeChecks(t, module, generate(t, text).Files)
	})
}

// TestNothingChangedNothingPlanned feeds a lock back: no migration comes of it.
func TestNothingChangedNothingPlanned(t *testing.T) {
	text := variants()["rights"]
	s, err := spec.Parse("authgen.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	first := generate(t, text)
	again, err := generator.Generate(generator.Request{
		Spec: s, Source: "authgen.yaml", Module: module, Lock: first.Lock, Now: now.Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range again.Files {
		if f.Owner == generator.Migration {
			t.Errorf("an unchanged spec writes %s", f.Path)
		}
	}
	if !bytes.Equal(first.Lock.Marshal(), again.Lock.Marshal()) {
		t.Errorf("the lock changes:\n%s\nthen\n%s", first.Lock.Marshal(), again.Lock.Marshal())
	}
}

// TestAPI01_TheScannersRuleIsTheRuntimes holds the generated rule and the format
// of keys together.
// SECURITY API-01.
func TestAPI01_TheScannersRuleIsTheRuntimes(t *testing.T) {
	for _, f := range generate(t, "version: 1\nstrategies: {api_key: {prefix: acme_test}}\n").Files {
		if strings.HasSuffix(f.Path, "gitleaks.toml") {
			if !strings.HasSuffix(string(f.Content), apikey.GitleaksRule("acme_test")) {
				t.Errorf("%s\nwant at its end\n%s", f.Content, apikey.GitleaksRule("acme_test"))
			}
			return
		}
	}
	t.Error("there is no rule")
}

// TestEveryFileIsMarked holds the header, and that it is not taken for the
// package's documentation.
func TestEveryFileIsMarked(t *testing.T) {
	for _, f := range generate(t, variants()["rights"]).Files {
		if f.Owner != generator.Generated || !strings.HasSuffix(f.Path, ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Content, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if !ast.IsGenerated(file) {
			t.Errorf("%s is not marked as generated", f.Path)
		}
		if file.Doc != nil && strings.Contains(file.Doc.Text(), "Code generated") {
			t.Errorf("%s: the header is the package's documentation", f.Path)
		}
	}
}

// TestImportsHaveNoGuessedNames holds that imports stand without an alias:
// jennifer writes one where it had to guess a package's name. The two packages
// that the spec names go by names of ours, and so does go-redis, whose own is that
// of the runtime's stores.
func TestImportsHaveNoGuessedNames(t *testing.T) {
	for name, text := range variants() {
		for _, f := range generate(t, text).Files {
			if !strings.HasSuffix(f.Path, ".go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Content, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, imp := range file.Imports {
				if imp.Name != nil && !(imp.Name.Name == "auth" || imp.Name.Name == "migrations" || imp.Name.Name == "goredis") {
					t.Errorf("%s: %s imports %s as %s", name, f.Path, imp.Path.Value, imp.Name.Name)
				}
			}
		}
	}
}

// TestNoFunctionIsLong holds the bound on what a reader must keep in mind.
func TestNoFunctionIsLong(t *testing.T) {
	const most = 40
	for _, f := range generate(t, variants()["rights"]).Files {
		if !strings.HasSuffix(f.Path, ".go") || strings.HasSuffix(f.Path, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, f.Path, f.Content, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok {
				if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line; n > most {
					t.Errorf("%s: %s has %d lines", f.Path, fn.Name.Name, n)
				}
			}
		}
	}
}

func Example() {
	s, err := spec.Parse("authgen.yaml", []byte("version: 1\noutput: {tests: false}\nstrategies: {session: {}}\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := generator.Generate(generator.Request{Spec: s, Source: "authgen.yaml", Module: "example.com/app", Now: now})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Files[0].Path)
	// Output: internal/auth/auth.go
}

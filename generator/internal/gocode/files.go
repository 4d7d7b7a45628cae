// Package gocode prints a model as Go. Emitters have the shape of what they
// emit: reading one from top to bottom is reading its output.
package gocode

import (
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// A File is a rendered Go file; its path is relative to the project's root.
type File struct {
	Path    string
	Content []byte
}

// An entry is one row of the table of contents: a file, when it exists, and
// either its declarations or the template that holds its text.
type entry struct {
	name string // relative to the generated package
	when func(*model.Model) bool
	emit func(*model.Model) []jen.Code
	doc  func(*model.Model) string // the package's documentation, for one file of it
	text string                    // template, for Go whose shape is fixed
}

func always(*model.Model) bool        { return true }
func accounts(m *model.Model) bool    { return m.Accounts() }
func verifies(m *model.Model) bool    { return !m.Accounts() }
func issues(m *model.Model) bool      { return m.Issues() }
func withKeys(m *model.Model) bool    { return m.APIKey != nil }
func withJWT(m *model.Model) bool     { return m.JWT != nil }
func withSession(m *model.Model) bool { return m.Session != nil }
func sessionRows(m *model.Model) bool {
	return m.Session != nil && !m.Session.InMemory && !m.Session.InRedis
}
func withOAuth(m *model.Model) bool     { return m.OAuth != nil }
func withUsed(m *model.Model) bool      { return m.UsedTable != "" }
func withLimits(m *model.Model) bool    { return m.Limits.Table != "" }
func withEvents(m *model.Model) bool    { return m.Audit.Table != "" }
func trailTests(m *model.Model) bool    { return m.Tests && m.Audit.Table != "" && m.Logins() }
func withServer(m *model.Model) bool    { return m.Server != nil }
func withPages(m *model.Model) bool     { return m.Pages() }
func exchanges(m *model.Model) bool     { return m.Exchanges() }
func withPolicies(m *model.Model) bool  { return len(m.Policies) > 0 }
func withTests(m *model.Model) bool     { return m.Tests && m.Accounts() }
func flowTests(m *model.Model) bool     { return withTests(m) && m.OAuthDeprecated != nil }
func exchangeTests(m *model.Model) bool { return withTests(m) && exchanges(m) }
func policyTests(m *model.Model) bool {
	return withTests(m) && len(textData{m}.TestedPolicies())+len(textData{m}.MachinePolicies()) > 0
}
func metricTests(m *model.Model) bool  { return m.Tests && m.Metrics }
func keyTests(m *model.Model) bool     { return m.Tests && m.APIKey != nil }
func userTests(m *model.Model) bool    { return m.Tests && m.Logins() }
func sessionTests(m *model.Model) bool { return m.Tests && m.Session != nil }
func oauthTests(m *model.Model) bool   { return m.Tests && m.OAuth != nil }
func serverTests(m *model.Model) bool  { return m.Tests && m.Server != nil }
func pageTests(m *model.Model) bool    { return m.Tests && m.Pages() }
func tokenTests(m *model.Model) bool   { return m.Tests && m.Issues() }
func redisTests(m *model.Model) bool   { return m.Tests && m.Accounts() && m.Redis() }
func verifyTests(m *model.Model) bool  { return m.Tests && !m.Accounts() }
func verifyChainTests(m *model.Model) bool {
	return verifyTests(m) && (len(m.Policies) > 0 || m.JWT.Deprecated != nil)
}

// contents is the table of contents of a generated package, in reading order.
func contents() []entry {
	return []entry{
		{name: "auth.go", when: always, emit: authFile, doc: packageDoc},
		{name: "config.go", when: always, emit: configFile},
		{name: "identity.go", when: always, emit: identityFile},
		{name: "rights.go", when: always, emit: rightsFile},
		{name: "guard.go", when: always, emit: guardFile},
		{name: "routes.go", when: always, emit: routesFile},
		{name: "policies.go", when: withPolicies, emit: policiesFile},
		{name: "usage.go", when: always, emit: usageFile},
		{name: "users.go", when: accounts, emit: usersFile},
		{name: "users_store.go", when: accounts, emit: usersStoreFile},
		{name: "api_keys.go", when: withKeys, emit: keysFile},
		{name: "api_keys_store.go", when: withKeys, emit: keysStoreFile},
		{name: "gitleaks.toml", when: withKeys, text: "gitleaks.toml"},
		{name: "claims.go", when: withJWT, emit: claimsFile},
		{name: "tokens.go", when: issues, emit: tokensFile},
		{name: "tokens_store.go", when: issues, emit: tokensStoreFile},
		{name: "tokens.go", when: verifies, emit: verifyFile},
		{name: "oauth.go", when: withOAuth, text: "oauth.go"},
		{name: "identities_store.go", when: withOAuth, text: "identities_store.go"},
		{name: "used_store.go", when: withUsed, text: "used_store.go"},
		{name: "events_store.go", when: withEvents, text: "events_store.go"},
		{name: "limits_store.go", when: withLimits, text: "limits_store.go"},
		{name: "clients.go", when: withServer, text: "clients.go"},
		{name: "clients_store.go", when: withServer, text: "clients_store.go"},
		{name: "exchange.go", when: exchanges, emit: exchangeFile},
		{name: "sessions.go", when: withSession, emit: sessionsFile},
		{name: "sessions_store.go", when: sessionRows, emit: sessionsStoreFile},
		{name: "pages.go", when: withPages, emit: pagesFile},
		{name: "migrate.go", when: accounts, emit: migrateFile},
		{name: "authtest/authtest.go", when: accounts, text: "authtest.go"},
		{name: "authtest/authtest.go", when: verifies, text: "authtest_verify.go"},
		{name: "client_test.go", when: withTests, text: "client_test.go"},
		{name: "crowd_test.go", when: withTests, text: "crowd_test.go"},
		{name: "chain_test.go", when: withTests, text: "chain_test.go"},
		{name: "flow_test.go", when: flowTests, text: "flow_test.go"},
		{name: "exchange_test.go", when: exchangeTests, text: "exchange_test.go"},
		{name: "policies_test.go", when: policyTests, text: "policies_test.go"},
		{name: "attack_test.go", when: withTests, text: "attack_test.go"},
		{name: "outage_test.go", when: withTests, text: "outage_test.go"},
		{name: "redis_test.go", when: redisTests, text: "redis_test.go"},
		{name: "replicas_test.go", when: replicaTests, text: "replicas_test.go"},
		{name: "audit_test.go", when: withTests, text: "audit_test.go"},
		{name: "store_test.go", when: withTests, text: "store_test.go"},
		{name: "metrics_test.go", when: metricTests, text: "metrics_test.go"},
		{name: "api_keys_test.go", when: keyTests, text: "api_keys_test.go"},
		{name: "users_test.go", when: userTests, text: "users_test.go"},
		{name: "tokens_test.go", when: tokenTests, text: "tokens_test.go"},
		{name: "trail_test.go", when: trailTests, text: "trail_test.go"},
		{name: "limits_test.go", when: userTests, text: "limits_test.go"},
		{name: "sessions_test.go", when: sessionTests, text: "sessions_test.go"},
		{name: "oauth_test.go", when: oauthTests, text: "oauth_test.go"},
		{name: "clients_test.go", when: serverTests, text: "clients_test.go"},
		{name: "pages_test.go", when: pageTests, text: "pages_test.go"},
		{name: "guard_test.go", when: userTests, text: "guard_test.go"},
		{name: "verify_test.go", when: verifyTests, text: "verify_test.go"},
		{name: "verify_chain_test.go", when: verifyChainTests, text: "verify_chain_test.go"},
	}
}

// Files renders every file of the generated packages, sorted by nothing but
// the table: the caller sorts.
func Files(m *model.Model) ([]File, error) {
	var files []File
	for _, e := range contents() {
		if !e.when(m) {
			continue
		}
		content, err := e.render(m)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Path: path.Join(m.Dir, e.name), Content: content})
	}
	if !m.Accounts() {
		return files, nil
	}
	embedded, err := migrationsPackage(m)
	if err != nil {
		return nil, err
	}
	return append(files, embedded), nil
}

func (e entry) render(m *model.Model) ([]byte, error) {
	if e.text != "" {
		return renderText(e.text, m)
	}
	f := newFile(m, m.ImportPath, m.Package)
	if e.doc != nil {
		for _, line := range commentLines(e.doc(m)) {
			f.PackageComment(line)
		}
	}
	for i, decl := range e.emit(m) {
		if i > 0 {
			f.Line()
		}
		f.Add(decl)
	}
	return render(e.name, m.Source, f)
}

// Names lists the files that Files renders, but for the package that embeds migrations:
// relative to the project's root, in the order of the table.
func Names(m *model.Model) []string {
	var names []string
	for _, e := range contents() {
		if e.when(m) {
			names = append(names, path.Join(m.Dir, e.name))
		}
	}
	return names
}

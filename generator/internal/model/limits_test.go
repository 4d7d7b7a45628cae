package model_test

import (
	"testing"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/spec/spectest"
)

// SECURITY RL-01.
func TestRL01_EveryRouteHasALimitOrAReason(t *testing.T) {
	seen := map[string]bool{}
	corpus := append(spectest.Valid(), spectest.Example{Name: "oauth", YAML: `
version: 1
strategies: {jwt: {}, session: {pages: true}, api_key: {}, oauth: {providers: {apple: {}}, server: {}}}`})
	for _, good := range corpus {
		s, err := spec.Parse("authgen.yaml", []byte(good.YAML))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range model.Build(s, model.Facts{Module: "example.com/app", Source: "authgen.yaml"}).Routes {
			seen[r.Name] = true
			if (r.Limit == "") == (r.Unlimited == "") {
				t.Errorf("%s: route %s %s has the limit %q and the reason %q for none", good.Name, r.Method, r.Path, r.Limit, r.Unlimited)
			}
		}
	}
	for _, name := range []string{"login", "register", "refresh", "token", "oauth_begin", "oauth_token", "leaked_key", "jwks"} {
		if !seen[name] {
			t.Errorf("no spec of the corpus has the route %s", name)
		}
	}
}

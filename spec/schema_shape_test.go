package spec_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/spec"
)

// object is what the tests read of a schema.
type object struct {
	Schema               string            `json:"$schema"`
	Type                 json.RawMessage   `json:"type"`
	Description          string            `json:"description"`
	Default              json.RawMessage   `json:"default"`
	Properties           map[string]object `json:"properties"`
	AdditionalProperties json.RawMessage   `json:"additionalProperties"`
	Required             []string          `json:"required"`
}

func shape(t *testing.T) object {
	t.Helper()

	var root object
	if err := json.Unmarshal(spec.Schema(), &root); err != nil {
		t.Fatal(err)
	}

	return root
}

// TestSchemaDescribesEveryKey holds that an editor can explain each key, show
// its default, and mark what is not one.
func TestSchemaDescribesEveryKey(t *testing.T) {
	root := shape(t)
	if root.Schema != "https://json-schema.org/draft/2020-12/schema" {
		t.Errorf("dialect is %q", root.Schema)
	}
	if got := strings.Join(root.Required, " "); got != "version strategies" {
		t.Errorf("required: %s", got)
	}
	describe(t, "", root)
}

func describe(t *testing.T, path string, o object) {
	t.Helper()

	if path != "" && o.Description == "" {
		t.Errorf("%s has no description", path)
	}
	if o.Properties == nil {
		return
	}
	if string(o.AdditionalProperties) != "false" {
		t.Errorf("%s takes additional properties", path)
	}
	for key, p := range o.Properties {
		if required := slices.Contains(o.Required, key); p.Properties == nil && (p.Default == nil) != required {
			t.Errorf("%s.%s: required is %v, and its default %s", path, key, required, p.Default)
		}
		describe(t, path+"."+key, p)
	}
}

// TestSchemaDefaults holds that a spec with the schema's defaults written out
// means the same as one without them.
func TestSchemaDefaults(t *testing.T) {
	root := shape(t)
	delete(root.Properties["strategies"].Properties["jwt"].Properties, "verify") // not a default but another choice
	oauth := root.Properties["strategies"].Properties["oauth"].Properties
	for _, key := range []string{"issue", "link_by_email", "keep_tokens"} {
		delete(oauth, key) // they are about providers, of which none is the default
	}
	for _, strategy := range root.Properties["strategies"].Properties {
		delete(strategy.Properties, "deprecated") // which dates to set is nobody's default
	}
	doc := withDefaults(root)
	doc["version"] = 1

	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	got, err := spec.Parse("authgen.yaml", text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if want := defaults(spec.Strategies{APIKey: defaultAPIKey(), JWT: defaultJWT(), Session: defaultSession(), OAuth: defaultOAuth()}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func withDefaults(o object) map[string]any {
	doc := map[string]any{}
	for key, p := range o.Properties {
		if p.Properties != nil {
			doc[key] = withDefaults(p)
		} else if p.Default != nil {
			doc[key] = p.Default
		}
	}

	return doc
}

// TestSchemaHasTheKeysOfTheSpec holds, by reflection, that no field of Spec is
// without a key and no key without a field.
func TestSchemaHasTheKeysOfTheSpec(t *testing.T) {
	compare(t, "", shape(t), reflect.TypeFor[spec.Spec]())
}

func compare(t *testing.T, path string, o object, typ reflect.Type) {
	t.Helper()

	fields := map[string]reflect.Type{}
	for i := range typ.NumField() {
		f := typ.Field(i)
		fields[strings.ReplaceAll(strings.ToLower(f.Name), "_", "")] = f.Type
	}
	delete(fields, "warnings")

	for key, p := range o.Properties {
		name := strings.ReplaceAll(key, "_", "")
		ft, ok := fields[name]
		if !ok {
			t.Errorf("%s.%s has no field in %v", path, key, typ)
			continue
		}
		delete(fields, name)
		if ft.Kind() == reflect.Pointer {
			ft = ft.Elem()
		}
		if p.Properties != nil {
			compare(t, path+"."+key, p, ft)
		}
	}
	for name := range fields {
		t.Errorf("%v.%s has no key in the schema", typ, name)
	}
}

// TestContractKeys holds the keys of this language to the contract's page, so
// that none is missing and none goes by another name.
func TestContractKeys(t *testing.T) {
	const want = "audit audit.mode audit.retention audit.sinks database http http.prefix http.router http.trusted_origins http.trusted_proxies metrics order " +
		"output output.dir output.migration_format output.migrations output.tests policies " +
		"rate_limit rate_limit.api_key_failure rate_limit.login rate_limit.refresh rate_limit.register rate_limit.storage rate_limit.token scopes " +
		"strategies strategies.api_key strategies.api_key.deprecated strategies.api_key.deprecated.link strategies.api_key.deprecated.since strategies.api_key.deprecated.sunset strategies.api_key.header strategies.api_key.last_used_flush strategies.api_key.max_active " +
		"strategies.api_key.max_age strategies.api_key.max_staleness strategies.api_key.prefix strategies.api_key.rate_limit " +
		"strategies.api_key.rotation_overlap strategies.api_key.warn_before " +
		"strategies.jwt strategies.jwt.access_ttl strategies.jwt.algorithm strategies.jwt.audience strategies.jwt.claims strategies.jwt.deprecated strategies.jwt.deprecated.link strategies.jwt.deprecated.since strategies.jwt.deprecated.sunset strategies.jwt.issuer " +
		"strategies.jwt.jwks strategies.jwt.jwks.max_age strategies.jwt.jwks.path strategies.jwt.leeway " +
		"strategies.jwt.refresh strategies.jwt.refresh.idle_ttl strategies.jwt.refresh.reuse_grace strategies.jwt.refresh.ttl " +
		"strategies.jwt.revocation strategies.jwt.revocation.max_staleness strategies.jwt.revocation.storage " +
		"strategies.jwt.verify strategies.jwt.verify.insecure_private_network strategies.jwt.verify.jwks_url " +
		"strategies.oauth strategies.oauth.deprecated strategies.oauth.deprecated.link strategies.oauth.deprecated.since strategies.oauth.deprecated.sunset strategies.oauth.issue strategies.oauth.keep_tokens strategies.oauth.link_by_email strategies.oauth.providers strategies.oauth.server strategies.oauth.server.secret_overlap strategies.oauth.server.token_ttl " +
		"strategies.session strategies.session.cookie strategies.session.cookie.name strategies.session.cookie.same_site " +
		"strategies.session.deprecated strategies.session.deprecated.link strategies.session.deprecated.since strategies.session.deprecated.sunset strategies.session.idle_timeout strategies.session.max_staleness strategies.session.pages strategies.session.recent strategies.session.remember strategies.session.storage strategies.session.ttl " +
		"users users.columns users.default_role users.existing users.id users.password users.password.iterations users.password.memory users.password.min_length " +
		"users.password.parallelism users.registration users.roles users.table version"

	var keys []string
	collect(&keys, "", shape(t))
	if got := strings.Join(slices.Sorted(slices.Values(keys)), " "); got != want {
		t.Errorf("keys are\n%s\nwant\n%s", got, want)
	}
}

func collect(keys *[]string, path string, o object) {
	for key, p := range o.Properties {
		*keys = append(*keys, strings.TrimPrefix(path+"."+key, "."))
		collect(keys, path+"."+key, p)
	}
}

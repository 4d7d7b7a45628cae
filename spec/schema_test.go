package spec_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/spec/spectest"
)

// TestSchemaAcceptsWhatParseAccepts is one half of the agreement; the property
// test and the fuzz target hold it for specs that nobody wrote.
func TestSchemaAcceptsWhatParseAccepts(t *testing.T) {
	schema := compile(t)

	for _, good := range spectest.Valid() {
		if err := schema.accepts(good.YAML); err != nil {
			t.Errorf("%s: %v", good.Name, err)
		}
	}
}

// beyondSchema names, one by one, the refused specs that the schema lets
// through, under what JSON Schema has no words for.
var beyondSchema = map[string][]string{
	"two keys contradict each other": {
		"audit_jwt_verify",
		"deprecated_sunset_at_since", "deprecated_sunset_before_since", "order_incomplete", "order_not_picked",
		"policies_role_of_no_key", "policies_scope_nobody_holds", "policies_strategy_not_picked", "policies_unknown_scope",
		"jwt_jwks_path_among_endpoints_at_root", "jwt_jwks_path_at_prefix", "jwt_jwks_path_under_prefix",
		"jwt_refresh_idle_ttl_beyond_default_ttl", "jwt_refresh_idle_ttl_beyond_ttl", "jwt_verify_hs256", "jwt_verify_issues",
		"jwt_verify_unknown_scope", "jwt_verify_with_empty_issuer", "jwt_verify_with_logins", "jwt_verify_with_other_strategies", "jwt_verify_without_issuer",
		"api_key_rotation_overlap_beyond_max_age", "api_key_warn_before_beyond_default_max_age", "api_key_warn_before_beyond_max_age",
		"output_dir_in_migrations", "output_dir_meets_default", "output_migrations_in_authtest", "output_same_folder", "output_same_package",
		"password_memory_for_one_iteration", "password_memory_for_two_iterations", "password_one_iteration", "password_too_much_work",
		"role_default_left_out", "role_default_unknown", "role_scope_without_scopes", "role_unknown_scope",
		"session_idle_beyond_default_ttl", "session_idle_beyond_ttl", "session_recent_beyond_ttl", "session_remember_not_longer", "session_remember_not_longer_than_written",
		"oauth_server_keys_among_endpoints", "oauth_server_prefix", "oauth_server_with_verify", "oauth_server_without_jwt",
		"oauth_issue_not_picked", "oauth_keep_tokens_alone", "oauth_provider_issuer_of_google", "oauth_provider_unknown", "oauth_without_login",
		"columns_with_existing_false", "columns_without_existing", "existing_with_verify",
	},
	"two names are one column": {"columns_same", "columns_same_as_added", "columns_same_as_default"},
	"two names are one Go constant or field": {
		"jwt_claim_field_of_every_token", "jwt_claim_same_but_case", "jwt_claim_same_field", "jwt_claim_same_field_of_url", "role_same_constant", "scope_same_constant", "policies_name_taken", "policies_same_name",
	},
	"whose claim it is": {"jwt_claim_login", "jwt_claim_registered", "jwt_claim_registered_case", "jwt_claim_with_a_meaning"},
	"the span of a duration, rate or size": {
		"api_key_last_used_flush_beyond_cap", "api_key_last_used_flush_off", "api_key_max_age_beyond_cap", "api_key_max_age_zero",
		"api_key_max_staleness_beyond_cap", "api_key_max_staleness_fraction_of_second", "api_key_rate_beyond_cap",
		"api_key_rotation_overlap_beyond_cap", "rate_api_key_failure_beyond_cap",
		"jwt_access_ttl_beyond_cap", "jwt_access_ttl_fraction_of_second", "jwt_access_ttl_zero", "jwt_jwks_max_age_beyond_cap", "jwt_jwks_max_age_zero",
		"jwt_leeway_beyond_cap", "jwt_refresh_idle_ttl_zero", "jwt_refresh_reuse_grace_beyond_cap", "jwt_refresh_ttl_beyond_cap",
		"jwt_refresh_ttl_too_short", "jwt_revocation_max_staleness_beyond_cap", "session_max_staleness_beyond_cap", "rate_refresh_beyond_cap",
		"duration_beyond_cap", "duration_fraction_of_second", "duration_overflow", "duration_zero", "session_recent_beyond_cap", "session_remember_too_long", "oauth_server_ttl_beyond_cap",
		"rate_beyond_cap", "password_huge_memory", "password_weak_memory",
	},
	"whose header it is": {
		"api_key_header_accept", "api_key_header_authorization", "api_key_header_browser", "api_key_header_content_type", "api_key_header_cookie",
		"api_key_header_csrf", "api_key_header_forwarded", "api_key_header_forwarded_for", "api_key_header_host", "api_key_header_of_answers",
		"api_key_header_origin", "api_key_header_real_ip",
	},
	"a reserved word": {
		"output_dir_keyword", "output_dir_predeclared", "output_dir_reserved_names", "output_dir_test", "output_dir_windows",
		"columns_system", "columns_system_sqlite", "existing_table_of_tool", "existing_table_own",
		"table_database_own", "table_own", "table_reserved", "table_upper_case", // they are fine for a table that exists
	},
	"what a network, an origin or a URL means": {
		"http_origin_plain_http", "http_proxy_everyone",
		"jwt_issuer_port", "oauth_provider_http", "jwt_issuer_scheme_is_number", "jwt_issuer_user", "jwt_issuer_without_host", "jwt_issuer_without_scheme",
		"jwt_verify_url_host", "jwt_verify_url_http", "jwt_verify_url_http_private", "jwt_verify_url_link_local", "jwt_verify_url_port",
		"jwt_verify_url_private_address", "jwt_verify_url_user",
	},
	"how YAML spells a value": {
		"api_key_duplicate_key", "api_key_twice", "jwt_claim_duplicate", "type_integer_is_hex", "version_decimal", "yaml_duplicate_key", "yaml_duplicate_role", "yaml_duplicate_section", "yaml_local_tag", "yaml_tag",
	},
	"a document after the first": {"document_second", "document_second_empty"},
}

// TestSchemaRefusesWhatParseRefuses is the other half.
func TestSchemaRefusesWhatParseRefuses(t *testing.T) {
	schema := compile(t)

	beyond := map[string]string{}
	for why, names := range beyondSchema {
		for _, name := range names {
			beyond[name] = why
		}
	}

	for _, bad := range spectest.Invalid() {
		err := schema.accepts(bad.YAML)
		why, named := beyond[bad.Name]
		delete(beyond, bad.Name)

		switch {
		case err == nil && !named:
			t.Errorf("%s: the schema accepts what Parse refuses:\n%s", bad.Name, bad.Diagnostics)
		case err != nil && named:
			t.Errorf("%s: is not beyond the schema (%s): %v", bad.Name, why, err)
		}
	}
	for name := range beyond {
		t.Errorf("%s is not in the corpus", name)
	}
}

// A compiled is the language's schema in a validator that is not ours.
type compiled struct{ *jsonschema.Schema }

func compile(t testing.TB) compiled {
	t.Helper()

	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(spec.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("authgen.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("authgen.schema.json")
	if err != nil {
		t.Fatal(err)
	}

	return compiled{s}
}

// accepts validates what an editor makes of the first document of text.
func (c compiled) accepts(text string) error {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return err
	}
	if doc.Kind == 0 {
		return c.Validate(nil)
	}
	data, err := asJSON(doc.Content[0])
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}

	return c.Validate(value)
}

// asJSON writes a YAML node as JSON. Of keys written twice the last counts.
func asJSON(n *yaml.Node) ([]byte, error) {
	switch n.Kind {
	case yaml.AliasNode:
		return asJSON(n.Alias)
	case yaml.SequenceNode:
		items := make([]json.RawMessage, len(n.Content))
		for i, item := range n.Content {
			data, err := asJSON(item)
			if err != nil {
				return nil, err
			}
			items[i] = data
		}
		return json.Marshal(items)
	case yaml.MappingNode:
		members := map[string]json.RawMessage{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Kind != yaml.ScalarNode || n.Content[i].Tag != "!!str" {
				return nil, fmt.Errorf("line %d: JSON has no such key", n.Content[i].Line)
			}
			data, err := asJSON(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			members[n.Content[i].Value] = data
		}
		return json.Marshal(members)
	}

	return scalarJSON(n)
}

func scalarJSON(n *yaml.Node) ([]byte, error) {
	switch n.Tag {
	case "!!int":
		var i int64
		if err := n.Decode(&i); err != nil {
			return nil, err
		}
		return json.Marshal(i)
	case "!!float":
		var f float64
		if err := n.Decode(&f); err != nil {
			return nil, err
		}
		return json.Marshal(f)
	case "!!bool":
		return []byte(strings.ToLower(n.Value)), nil
	case "!!null":
		return []byte("null"), nil
	}

	return json.Marshal(n.Value)
}

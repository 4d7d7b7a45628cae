package oauth_test

import (
	"encoding/json"
	"testing"

	"github.com/authgen-go/authgen/runtime/oauth"
)

// FuzzClaims holds that whoever reads claims reads the same: go-oidc reads them with
// encoding/json into a struct, which takes a name in any case and the last of several.
// SECURITY OAC-04, JWT-10.
func FuzzClaims(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"sub":"1"}`, `{"sub":"1","sub":"2"}`, `{"sub":"1","Sub":"2"}`, `{"sub":"1","\u0053ub":"2"}`, `{"sub":"1","ſub":"2"}`,
		`{"sub":"1"} {}`, `{"sub":"\ud800"}`, "{\"sub\":\"\xff\"}", `{"sub":null}`, `{"a":{"sub":"2"},"sub":"1"}`, `[]`, `{"sub":"1"`, `{"sub"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, ok := oauth.Claims(text, "sub")
		if !ok {
			return
		}
		var other struct {
			Sub string `json:"sub"`
		}
		if err := json.Unmarshal(text, &other); err != nil {
			other.Sub = "" // another type, which is no claim to either
		}
		if got != other.Sub {
			t.Errorf("%q is %q to one and %q to another", text, got, other.Sub)
		}
	})
}

// SECURITY KEY-06.
func TestKEY06_KeysAtPrivateAddresses(t *testing.T) {
	b := newBench(t)
	for _, tc := range []struct {
		issuer, keys string
		allow, want  bool
	}{
		{"https://10.0.0.1", "https://10.0.0.1/keys", false, true},
		{"https://10.0.0.1/realms/x", "https://10.0.0.2/keys", false, false},
		{"https://10.0.0.1", "https://10.0.0.1:8443/keys", false, false},
		{"https://id.example", "https://10.0.0.1/keys", false, false},
		{"https://id.example", "https://10.0.0.1/keys", true, true},
	} {
		if err := oauth.KeysAt(b.Service, name, tc.issuer, tc.keys, tc.allow); (err == nil) != tc.want {
			t.Errorf("%s of %s: %v", tc.keys, tc.issuer, err)
		}
	}
}

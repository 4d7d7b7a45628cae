package main

import "testing"

// A release is required as it is; a build in a checkout is replaced by it,
// whatever version it carries; what is neither can be required by nobody.
func TestOrigin(t *testing.T) {
	tests := []struct {
		checkout, version string
		want              origin // zero for an error
	}{
		{"/src/authgen", "v0.0.0-20260102030405-0123456789ab+dirty", origin{replacedVersion, "/src/authgen"}},
		{"/src/authgen", develVersion, origin{replacedVersion, "/src/authgen"}},
		{"", "v0.3.0", origin{version: "v0.3.0"}},
		{"", "v0.3.1-0.20260102030405-0123456789ab", origin{version: "v0.3.1-0.20260102030405-0123456789ab"}},
		{"", "v0.3.0+dirty", origin{}},
		{"", develVersion, origin{}},
		{"", "", origin{}},
	}
	for _, test := range tests {
		got, err := originOf(test.checkout, test.version)
		if got != test.want || (err == nil) != (test.want != origin{}) {
			t.Errorf("originOf(%q, %q) = %+v, %v; want %+v", test.checkout, test.version, got, err, test.want)
		}
		if err != nil && hintOf(err) == "" {
			t.Errorf("originOf(%q, %q): no way out in %v", test.checkout, test.version, err)
		}
	}
}

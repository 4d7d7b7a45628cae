package spec

import "strings"

// ClaimField returns the name of the Go field of a claim: tenant_id gives
// TenantID, and so does https://example.com/tenant_id, of which the last element
// counts. An accepted spec has no two claims with the same field.
func ClaimField(name string) string {
	return GoName(name[strings.LastIndexByte(name, '/')+1:])
}

// claimForm is the name of a claim of the application's own: a word, or a
// collision-resistant name in the sense of RFC 7519 section 2.
func claimForm() form[string] {
	const what = "a claim such as tenant_id or https://example.com/tenant (letters, digits and _ . : / -, the last element beginning with a letter, at most 64 characters)"

	return textForm(what, `^([A-Za-z][A-Za-z0-9_.:/-]*/)?[A-Za-z][A-Za-z0-9_.:-]*$`, 64, nil)
}

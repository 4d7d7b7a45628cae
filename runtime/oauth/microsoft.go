package oauth

import "strings"

const (
	// tenantID stands for the id of a tenant in what Microsoft calls the issuer of many.
	tenantID = "{tenantid}"
	// consumers is the tenant of all personal accounts.
	// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
	consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
)

// Microsoft is Microsoft Entra ID with accounts of any organization and personal ones.
// For those of one organization alone set the Issuer to
// https://login.microsoftonline.com/<its tenant id>/v2.0, or in place of the id
// "organizations" or "consumers" for one of the two kinds.
//
// The subject is one of this application's own (a pairwise one), whatever the tenant.
//
// The address of a user is whatever the administrators of the user's tenant, who may be
// anybody, have put there: it is not verified unless the token says so by xms_edov, an
// optional claim that has to be added to the application at Microsoft.
// https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
func Microsoft(clientID, clientSecret string, scopes ...string) Provider {
	k := kind{
		scopes: []string{"openid", "email", "profile"},
		// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
		style: inParams,
		// https://learn.microsoft.com/entra/identity-platform/userinfo says that an ID token
		// has all that userinfo has.
		noUserInfo: true,
		issuer:     microsoftIssuer,
		belongs:    microsoftTenant,
		verified: func(c claims) bool {
			// A boolean by the reference; it has been seen as the string "1" too.
			return c.isTrue("xms_edov") || c.str("xms_edov") == "1"
		},
	}
	return newProvider(k, "microsoft", "https://login.microsoftonline.com/common/v2.0", clientID, clientSecret, scopes)
}

// microsoftIssuer is what the metadata of an issuer call it: those of many tenants have a
// placeholder for the id, and consumers is a name for one tenant.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
func microsoftIssuer(configured string) string {
	before, tenant, after := cutTenant(configured)
	switch tenant {
	case "common", "organizations":
		return before + tenantID + after
	case "consumers":
		return before + consumers + after
	default:
		return configured
	}
}

// microsoftTenant holds a token of the issuer of many, whose iss fits, to the tenant that it
// says it is of: iss has the id of tid, and organizations has no personal accounts.
// https://learn.microsoft.com/entra/identity-platform/claims-validation
func microsoftTenant(configured string, c claims) bool {
	want := microsoftIssuer(configured)
	if !strings.Contains(want, tenantID) {
		return true
	}
	tenant := c.str("tid")
	_, kind, _ := cutTenant(configured)
	return c.str("iss") == strings.Replace(want, tenantID, tenant, 1) &&
		(kind != "organizations" || tenant != consumers)
}

// cutTenant cuts https://login.microsoftonline.com/<tenant>/v2.0 around the tenant.
func cutTenant(issuer string) (before, tenant, after string) {
	from := strings.Index(issuer, "://") + len("://")
	slash := strings.IndexByte(issuer[from:], '/')
	if slash < 0 {
		return issuer, "", ""
	}
	from += slash + 1
	tenant, after, more := strings.Cut(issuer[from:], "/")
	if more {
		after = "/" + after
	}
	return issuer[:from], tenant, after
}

// issuerFits reports whether got is what want says, which may have the placeholder.
func issuerFits(want, got string) bool {
	before, after, many := strings.Cut(want, tenantID)
	if !many {
		return got == want
	}
	tenant, ok := strings.CutPrefix(got, before)
	tenant, ok2 := strings.CutSuffix(tenant, after)
	return ok && ok2 && isTenant(tenant)
}

// isTenant reports whether id is a GUID in the one spelling that Microsoft uses.
func isTenant(id string) bool {
	if len(id) != 36 {
		return false
	}
	for i, c := range []byte(id) {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}

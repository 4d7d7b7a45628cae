package spec

import (
	"slices"
	"strings"
)

// checkClaims holds that each claim is the application's own, in tokens as in Go.
func (w *walker) checkClaims(claims []Claim) {
	const path = "strategies.jwt.claims"
	fields, names := map[string]string{}, map[string]string{}

	for _, c := range claims {
		field, lower := ClaimField(c.Name), strings.ToLower(c.Name)
		refuse := func(message, hint string) { w.refuseAt(join(path, c.Name), fault{message: message, hint: hint}) }

		byName, byField := names[lower], fields[field]
		names[lower], fields[field] = c.Name, c.Name
		why := ownerOfClaim(lower)

		switch {
		case why != "":
			refuse("expected a claim of the application's own, found "+quote(c.Name)+": "+why, "rename it, for example "+ownClaim(c.Name))
		case slices.Contains(strings.Fields(claimFields), field):
			refuse("expected a claim with a Go field of its own, found "+quote(c.Name)+": every token has a field "+field, "rename it, for example "+ownClaim(c.Name))
		case byName != "":
			refuse("expected names that differ in more than letter case, found "+quote(byName)+" and "+quote(c.Name), "rename one of the two")
		case byField != "":
			refuse("expected names that differ in more than separators, found "+quote(byField)+" and "+quote(c.Name)+": both would be the Go field "+field, "rename one of the two")
		}
	}
}

// ownClaim is a name like this one that is probably free.
func ownClaim(name string) string {
	last := strings.LastIndexByte(name, '/') + 1

	return name[:last] + "app_" + name[last:]
}

// claimFields are the fields of the claims that every token has, and the field
// that embeds them.
const claimFields = "Claims Issuer Subject Audience ExpiresAt NotBefore IssuedAt ID ClientID Scopes Roles Version AuthTime Family"

// ownerOfClaim says what a claim of this name, in lower case, means to whoever
// reads a token, "" when it means nothing yet.
func ownerOfClaim(name string) string {
	for _, owner := range claimOwners {
		if slices.Contains(strings.Fields(owner.names), name) {
			return owner.why
		}
	}

	return ""
}

// claimOwners are the names that an application cannot give a meaning of its own,
// in lower case. A reader that takes another letter case for the same name would
// be led astray, so none is free (SECURITY JWT-10).
var claimOwners = []struct{ why, names string }{
	{
		why:   "every token has it already",
		names: "iss sub aud exp nbf iat jti client_id scope roles ver sid auth_time",
	},
	{
		why:   "it says which key or certificate a token is bound to (RFC 7800), and these are bound to none",
		names: "cnf",
	},
	{
		why:   "it says on whose behalf a token is used (RFC 8693)",
		names: "act may_act",
	},
	{
		why:   "it says which client an ID token was made for; client_id does so here",
		names: "azp",
	},
	{
		why:   "it binds an ID token to a login (OpenID Connect), and an access token is none",
		names: "nonce at_hash c_hash s_hash",
	},
	{
		why:   "it says how the subject proved who they are (OpenID Connect), which the application does not know",
		names: "amr acr",
	},
	{
		why:   "it says what kind of token this is, which the header does here",
		names: "typ",
	},
	{
		why:   "it makes a token a message about an event, such as a logout (RFC 8417)",
		names: "events",
	},
	{
		why:   "it says what a token may be used for (RFC 9396); scopes do so here",
		names: "authorization_details",
	},
}

package oauth

import (
	"context"
	"slices"
)

// wantsMore reports whether userinfo may know what the ID token did not say, though it was
// asked for.
func (c *client) wantsMore(e *endpoints, who person) bool {
	if e.userInfo == "" || c.kind.noUserInfo {
		return false
	}
	return who.email == "" && slices.Contains(c.Scopes, "email") || who.name == "" && slices.Contains(c.Scopes, "profile")
}

// addUserInfo adds what userinfo says of the same person (OpenID Connect Core 1.0 section
// 5.3.2, SECURITY OAC-06).
func (c *client) addUserInfo(ctx context.Context, e *endpoints, who person, access string) (person, error) {
	const what = "userinfo"
	body, err := c.get(ctx, what, e.userInfo, access)
	if err != nil {
		return person{}, err
	}
	said, err := parseClaims(body)
	if err != nil {
		return person{}, c.broken(reasonAnswer, what+" did not answer with one strict JSON object")
	}
	if said.str("sub") != who.subject {
		return person{}, c.unbelievable(reasonOther, what+" speaks of somebody else")
	}
	more := c.describe(said)
	if who.email == "" {
		who.setEmail(more.email, more.verified)
	}
	if who.name == "" {
		who.name = more.name
	}
	return who, nil
}

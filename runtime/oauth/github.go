package oauth

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// GitHub is https://github.com. For a GitHub Enterprise Server set the Issuer to its own
// origin. GitHub has no OpenID Connect for logins: who somebody is its API says, to whom
// it gave a token for the code. Without scopes the scope is user:email, by which it tells
// addresses; an application that is not to learn them asks for none of it.
// https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
func GitHub(clientID, clientSecret string, scopes ...string) Provider {
	k := kind{
		scopes:    []string{"user:email"},
		style:     inParams,
		endpoints: githubEndpoints,
		identify:  identifyGitHub,
	}
	return newProvider(k, "github", githubIssuer, clientID, clientSecret, scopes)
}

const (
	githubIssuer = "https://github.com"
	githubAPI    = "https://api.github.com"
)

// githubEndpoints: callbacks have had iss since 2026, though no metadata promise it.
// Another server has its API below /api/v3.
// https://docs.github.com/enterprise-server/rest/enterprise-admin
func githubEndpoints(issuer string) *endpoints {
	issuer = strings.TrimSuffix(issuer, "/")
	e := &endpoints{
		authorize: issuer + "/login/oauth/authorize",
		token:     issuer + "/login/oauth/access_token",
		userInfo:  issuer + "/api/v3/user",
		issuer:    issuer + "/login/oauth",
		style:     inParams,
	}
	if issuer == githubIssuer {
		e.userInfo = githubAPI + "/user"
	}
	return e
}

// A githubUser is what matters of https://docs.github.com/rest/users/users
type githubUser struct {
	ID    int64  `json:"id"` // unchanging; the login is not
	Login string `json:"login"`
	Name  string `json:"name"`
}

// A githubEmail is one of https://docs.github.com/rest/users/emails
type githubEmail struct {
	Email    string `json:"email"`
	Primary  bool   `json:"primary"`
	Verified bool   `json:"verified"`
}

// getGitHub asks the API.
// https://docs.github.com/rest/about-the-rest-api/api-versions
func getGitHub[T any](ctx context.Context, c *client, what, url, access string) (T, error) {
	return getObject[T](ctx, c, what, url, access, "Accept", "application/vnd.github+json", "X-GitHub-Api-Version", "2022-11-28")
}

func identifyGitHub(ctx context.Context, c *client, e *endpoints, access string) (person, error) {
	user, err := getGitHub[githubUser](ctx, c, "the API for users", e.userInfo, access)
	if err != nil {
		return person{}, err
	}
	if user.ID <= 0 {
		return person{}, c.unbelievable(reasonSubject, "the API names nobody")
	}
	who := person{subject: strconv.FormatInt(user.ID, 10), name: cleanName(user.Name)}
	if who.name == "" {
		who.name = cleanName(user.Login)
	}
	primary, err := githubPrimary(ctx, c, e, access)
	if err != nil {
		return person{}, err
	}
	who.setEmail(primary.Email, primary.Verified)
	return who, nil
}

// githubPrimary returns the primary address, or none if the application may not know it:
// that is 404 without the scope, and 403 without the permission of a GitHub App. The
// address in the profile is not looked at, because nobody verified it.
func githubPrimary(ctx context.Context, c *client, e *endpoints, access string) (githubEmail, error) {
	if !slices.Contains(c.Scopes, "user:email") && !slices.Contains(c.Scopes, "user") {
		return githubEmail{}, nil
	}
	list, err := getGitHub[[]githubEmail](ctx, c, "the API for addresses", e.userInfo+"/emails", access)
	if refused, ok := errors.AsType[*statusError](err); ok && (refused.status == http.StatusForbidden || refused.status == http.StatusNotFound) {
		return githubEmail{}, nil
	}
	if err != nil {
		return githubEmail{}, err
	}
	for _, email := range list {
		if email.Primary {
			return email, nil
		}
	}
	return githubEmail{}, nil
}

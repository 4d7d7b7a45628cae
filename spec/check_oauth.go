package spec

import (
	"slices"
	"strings"
)

// checkOAuth holds that there is something to it, and what it builds on.
func (w *walker) checkOAuth(o *OAuth) {
	const oauth, providers = "strategies.oauth", "strategies.oauth.providers"

	if o.Server != nil {
		w.checkOAuthServer(o.Server)
	}
	switch {
	case len(o.Providers) > 0:
		w.checkOAuthIssue(o)
		for _, p := range o.Providers {
			w.checkProvider(p)
		}
		return
	case o.Server == nil && w.sound(oauth):
		w.refuseAt(oauth, fault{message: "expected providers or a server, found neither", hint: "for example oauth: {providers: {google: {}}}"})
	}
	for _, key := range []string{"issue", "link_by_email", "keep_tokens"} {
		if w.sound(providers) {
			w.warnIdle(join(oauth, key), "without providers")
		}
	}
}

// checkOAuthIssue holds that what a login gives is there to be given.
func (w *walker) checkOAuthIssue(o *OAuth) {
	const issue, sameSite = "strategies.oauth.issue", "strategies.session.cookie.same_site"
	picked := w.spec.Strategies

	if !w.written(issue) && picked.Session == nil && picked.Issues() {
		o.Issue = IssueJWT
	}
	missing := o.Issue == IssueSession && picked.Session == nil || o.Issue == IssueJWT && !picked.Issues()
	if missing && w.sound(issue, "strategies.session", "strategies.jwt") {
		w.refuseAt(issue, fault{
			message: "expected the strategy " + string(o.Issue) + " beside it, which a login through a provider gives",
			hint:    "for example " + string(o.Issue) + ": {} under strategies",
		})
	}
	if o.Issue == IssueSession && picked.Session != nil && picked.Session.Cookie.SameSite == SameSiteStrict && w.sound(sameSite) {
		w.warnAt(sameSite, fault{
			message: "a browser that comes back from a provider does not send a strict cookie: the first page after a login looks logged out",
			hint:    "for example same_site: lax",
		})
	}
}

// checkProvider holds that it can be found out where a provider is.
func (w *walker) checkProvider(p OAuthProvider) {
	at := join("strategies.oauth.providers", p.Name)
	known := slices.Contains(KnownProviders(), p.Name)

	switch {
	case !w.sound(at):
	case p.Issuer == "" && !known:
		w.refuseAt(at, fault{
			message: "missing issuer: " + quote(p.Name) + " is none of the known providers, " + strings.Join(KnownProviders(), ", ") + didYouMean(p.Name, KnownProviders()),
			hint:    "for example " + p.Name + ": {issuer: https://id.example.com}",
		})
	case p.Issuer != "" && (p.Name == "google" || p.Name == "github" || p.Name == "apple"):
		w.refuseAt(join(at, "issuer"), fault{
			message: "expected no issuer: there is one " + p.Name + " only",
			hint:    "remove it, or give the provider another name",
		})
	case slices.Contains([]string{"token", "revoke", "introspect"}, p.Name):
		w.refuseAt(at, fault{message: "expected a name that no endpoint has, found " + quote(p.Name), hint: "for example " + p.Name + "_provider"})
	}
}

func (w *walker) checkOAuthServer(s *OAuthServer) {
	const server, ttl, prefix, keys = "strategies.oauth.server", "strategies.oauth.server.token_ttl", "http.prefix", "strategies.jwt.jwks.path"

	if w.spec.Strategies.JWT == nil && w.sound("strategies.jwt") {
		w.refuseAt(server, fault{
			message: "expected the strategy jwt beside it, whose keys sign the tokens of machines",
			hint:    "for example jwt: {} under strategies",
		})
	}
	if w.sound(ttl) && s.TokenTTL > longAccess {
		w.warnAt(ttl, fault{
			message: "a stolen token of a machine works for up to " + formatDuration(s.TokenTTL) + ", unless it is revoked before",
			hint:    "for example token_ttl: 1h",
		})
	}
	if j := w.spec.Strategies.JWT; j != nil && w.sound(keys) && (inside(j.JWKS.Path, "/oauth") || strings.EqualFold(j.JWKS.Path, "/.well-known/oauth-authorization-server")) {
		w.refuseAt(keys, fault{
			message: "expected a path apart from the token endpoint's, found " + quote(j.JWKS.Path),
			hint:    "for example path: /.well-known/jwks.json",
		})
	}
	if at := w.spec.HTTP.Prefix; w.sound(prefix) && (strings.EqualFold(at, "/oauth") || inside(strings.ToLower(at), "/oauth")) {
		w.refuseAt(prefix, fault{
			message: "expected a prefix outside /oauth, where the token endpoint is, found " + quote(at),
			hint:    "for example prefix: /auth",
		})
	}
}

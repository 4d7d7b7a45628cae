package spec

import "time"

func oauthSection() section {
	open := func(s *Spec) { s.Strategies.OAuth = &OAuth{} }

	return section{open: open, pick: "part of OAuth", fields: []field{
		{
			key: "providers", example: "{google: {}, acme: {issuer: https://id.acme.example}}",
			doc:   "Where people may log in. google, github, gitlab, microsoft and apple are known; any other provider of OpenID Connect needs its issuer. Ids and secrets come from the environment.",
			value: providerMap{providerForm(), maxProviders},
		},
		{
			key:   "issue",
			doc:   "What a login through a provider gives: the cookie of a session, or access and refresh tokens. The strategy must be picked; when session is not, the default is jwt.",
			value: scalar[OAuthIssue]{enumForm(IssueSession, IssueJWT), "session", func(s *Spec) *OAuthIssue { return &s.Strategies.OAuth.Issue }},
		},
		{
			key:   "link_by_email",
			doc:   "Whether a login through a provider is linked to the account of the same e-mail address: never, or if providers have verified the address on both sides. An account that was made with a password is not linked this way.",
			value: scalar[OAuthLink]{enumForm(LinkNever, LinkVerified), "never", func(s *Spec) *OAuthLink { return &s.Strategies.OAuth.LinkByEmail }},
		},
		{
			key:   "keep_tokens",
			doc:   "Whether the tokens of providers are kept, sealed with a key derived from AUTH_SECRET, for the application to call the provider with.",
			value: scalar[bool]{boolForm(), "false", func(s *Spec) *bool { return &s.Strategies.OAuth.KeepTokens }},
		},
		{
			key: "server", example: "{token_ttl: 1h}",
			doc:   "Be a token endpoint for machines (client credentials). It needs jwt, which signs its tokens.",
			value: oauthServerSection(),
		},
		deprecatedField(func(s *Spec) **Deprecated { return &s.Strategies.OAuth.Deprecated }),
	}}
}

func oauthServerSection() section {
	open := func(s *Spec) { s.Strategies.OAuth.Server = &OAuthServer{} }

	return section{open: open, fields: []field{
		{
			key:   "token_ttl",
			doc:   "How long the access token of a machine lives.",
			value: scalar[time.Duration]{durationForm(time.Second, maxAccess, "m", "h"), "1h", func(s *Spec) *time.Duration { return &s.Strategies.OAuth.Server.TokenTTL }},
		},
		{
			key:   "secret_overlap",
			doc:   "How long a client's secret lives on, at most, after it was rotated.",
			value: scalar[time.Duration]{durationForm(0, maxOverlap, "h", "d"), "24h", func(s *Spec) *time.Duration { return &s.Strategies.OAuth.Server.SecretOverlap }},
		},
	}}
}

package spec

import "time"

func jwtSection() section {
	open := func(s *Spec) { s.Strategies.JWT = &JWT{} }

	return section{open: open, fields: []field{
		{
			key:   "algorithm",
			doc:   "The signature algorithm. With HS256 whoever verifies can also issue. With verify only keys of it are taken, and without it any of theirs.",
			value: scalar[Algorithm]{algorithmForm(), "EdDSA", func(s *Spec) *Algorithm { return &s.Strategies.JWT.Algorithm }},
		},
		{
			key: "issuer", example: "https://id.example.com",
			doc:   "Who makes the tokens, compared byte for byte. Empty, it is the base URL at run time. With verify it is required.",
			value: scalar[string]{issuerForm(), "", func(s *Spec) *string { return &s.Strategies.JWT.Issuer }},
		},
		{
			key: "audience", example: "[https://api.example.com]",
			doc:   "Whom the tokens are for; one that a token and this list have in common suffices. Empty, it is the issuer.",
			value: list{audienceForm(), maxAudience, func(s *Spec) *[]string { return &s.Strategies.JWT.Audience }},
		},
		{
			key:   "access_ttl",
			doc:   "How long an access token lives.",
			value: scalar[time.Duration]{durationForm(time.Second, maxAccess, "s", "m"), "15m", func(s *Spec) *time.Duration { return &s.Strategies.JWT.AccessTTL }},
		},
		{
			key:   "leeway",
			doc:   "How far the clocks of two servers may differ: tokens work for so much longer.",
			value: scalar[time.Duration]{durationForm(0, maxLeeway, "s", "m"), "30s", func(s *Spec) *time.Duration { return &s.Strategies.JWT.Leeway }},
		},
		{
			key: "claims", example: "{tenant: string, plans: \"[]string\"}",
			doc:   "The application's own claims, each a typed field: tenant_id is TenantID. A namespaced name such as https://example.com/tenant is called by its last element.",
			value: claimMap{claimForm(), claimTypeForm(), maxClaims},
		},
		{
			key: "refresh", example: "{ttl: 30d, idle_ttl: 14d, reuse_grace: 10s}",
			doc:   "Refresh tokens, each good for one refresh. off gives none: a login ends with its access token.",
			value: refreshSection(),
		},
		{key: "revocation", doc: "How access tokens end before their time.", value: revocationSection()},
		{key: "jwks", doc: "How the public keys are published.", value: jwksSection()},
		{
			key: "verify", example: "{jwks_url: https://id.example.com/.well-known/jwks.json}",
			doc:   "Instead of issuing: this service only verifies the tokens of another issuer.",
			value: verifySection(),
		},
		deprecatedField(func(s *Spec) **Deprecated { return &s.Strategies.JWT.Deprecated }),
	}}
}

func refreshSection() switchable {
	on := func(s *Spec) { s.Strategies.JWT.Refresh = &Refresh{} }

	return switchable{on: on, section: section{fields: []field{
		{
			key:   "ttl",
			doc:   "How long a login lives, however often it is refreshed.",
			value: scalar[time.Duration]{durationForm(minRefresh, maxRefresh, "h", "d"), "30d", func(s *Spec) *time.Duration { return &s.Strategies.JWT.Refresh.TTL }},
		},
		{
			key:   "idle_ttl",
			doc:   "How long a login lives without a refresh; at most ttl. When ttl is shorter than the default, the default is ttl.",
			value: scalar[time.Duration]{durationForm(minRefresh, maxRefresh, "h", "d"), "14d", func(s *Spec) *time.Duration { return &s.Strategies.JWT.Refresh.IdleTTL }},
		},
		{
			key:   "reuse_grace",
			doc:   "How long a replaced refresh token gives its successor again, for answers that got lost. After that its use is theft and ends the login.",
			value: scalar[time.Duration]{durationForm(0, maxGrace, "s"), "10s", func(s *Spec) *time.Duration { return &s.Strategies.JWT.Refresh.ReuseGrace }},
		},
	}}}
}

func revocationSection() section {
	return section{fields: []field{
		{
			key:   "storage",
			doc:   "Where revoked access tokens are listed. redis must not evict keys, and is for several processes, as the database is. memory is for one process, and a restart ends every access token.",
			value: scalar[RevocationStorage]{enumForm(RevocationDatabase, RevocationRedis, RevocationMemory), "database", func(s *Spec) *RevocationStorage { return &s.Strategies.JWT.Revocation.Storage }},
		},
		{
			key:   "max_staleness",
			doc:   "How old a kept answer may be. 0s asks the storage on every request. Anything above is how long an access token can still work after it was revoked.",
			value: scalar[time.Duration]{durationForm(0, maxStaleness, "s", "m"), "0s", func(s *Spec) *time.Duration { return &s.Strategies.JWT.Revocation.MaxStaleness }},
		},
	}}
}

func jwksSection() section {
	return section{fields: []field{
		{
			key:   "path",
			doc:   "The path of the key set. It is not under http.prefix.",
			value: scalar[string]{jwksPathForm(), "/.well-known/jwks.json", func(s *Spec) *string { return &s.Strategies.JWT.JWKS.Path }},
		},
		{
			key:   "max_age",
			doc:   "How long verifiers may keep the key set. A new key is published so long before it signs.",
			value: scalar[time.Duration]{durationForm(time.Second, maxJWKSAge, "s", "m"), "10m", func(s *Spec) *time.Duration { return &s.Strategies.JWT.JWKS.MaxAge }},
		},
	}}
}

func verifySection() section {
	open := func(s *Spec) { s.Strategies.JWT.Verify = &Verify{} }

	return section{open: open, fields: []field{
		{
			key: "jwks_url", required: true,
			doc:   "Where the issuer publishes its keys: https, or http on a loopback host.",
			value: scalar[string]{jwksURLForm(), "https://id.example.com/.well-known/jwks.json", func(s *Spec) *string { return &s.Strategies.JWT.Verify.JWKSURL }},
		},
		{
			key:   "insecure_private_network",
			doc:   "Whether the host of jwks_url may have an address of a private network. Off, a name that leads into one is not followed.",
			value: scalar[bool]{boolForm(), "false", func(s *Spec) *bool { return &s.Strategies.JWT.Verify.InsecurePrivateNetwork }},
		},
	}}
}

package spec

import "time"

// language returns the whole language: what the decoder accepts and the schema
// describes, in the order of the reference.
func language() section {
	return section{fields: []field{
		{
			key: "version", required: true,
			doc:   "The version of this language.",
			value: scalar[int]{intForm(1, 1), "1", func(s *Spec) *int { return &s.Version }},
		},
		{key: "output", doc: "What is written, and where.", value: outputSection()},
		{key: "http", doc: "How the generated endpoints are mounted.", value: httpSection()},
		{
			key:   "database",
			doc:   "Where users and what belongs to them are kept. sqlite is embedded, through a pure Go driver; postgres goes through pgx; mysql is MySQL from 8.0.13 on or MariaDB from 10.6 on. Migrations are for one of them: it is chosen once.",
			value: scalar[Database]{enumForm(SQLite, Postgres, MySQL), "sqlite", func(s *Spec) *Database { return &s.Database }},
		},
		{
			key: "scopes", example: "[reports:read, reports:write]",
			doc:   "The application's vocabulary of permissions. Each becomes a typed constant: reports:read is ScopeReportsRead.",
			value: list{scopeForm(), maxScopes, func(s *Spec) *[]string { return &s.Scopes }},
		},
		{key: "users", doc: "The table of accounts and what an account may do.", value: usersSection()},
		{
			key: "strategies", required: true, example: "{session: {}}",
			doc:   "The ways to authenticate. A key picks a strategy; empty, it has the secure defaults.",
			value: strategiesSection(),
		},
		{
			key: "order", example: "[api_key, jwt, session]",
			doc:   "Which credential is looked for first: the first one that a request carries decides, whatever else comes with it. It names every picked strategy but oauth; empty, it is api_key, jwt, session.",
			value: list{strategyForm(), maxStrategies, func(s *Spec) *[]string { return &s.Order }},
		},
		{
			key: "policies", example: "{orders_read: {strategies: [jwt, api_key], scopes: [orders:read], rate_limit: 100/1m}}",
			doc:   "Named guards, each a method of the generated package: orders_read is OrdersRead.",
			value: policyMap{policyForm(), maxPolicies},
		},
		{key: "rate_limit", doc: "The limits of what checks a secret.", value: rateLimitSection()},
		{key: "audit", doc: "Where events that matter to security are kept.", value: auditSection()},
		{
			key:   "metrics",
			doc:   "Whether what is counted and how long stores take goes to OpenTelemetry, by its metric API: attempts by strategy and outcome, deprecated use, hits of limits, audit events and durations. The generated Usage counts either way.",
			value: scalar[Metrics]{enumForm(MetricsNone, MetricsOTel), "none", func(s *Spec) *Metrics { return &s.Metrics }},
		},
	}}
}

func outputSection() section {
	return section{fields: []field{
		{
			key:   "dir",
			doc:   "The folder of the generated package, relative to this file. Its last element is the package's name.",
			value: scalar[string]{folderForm(), "internal/auth", func(s *Spec) *string { return &s.Output.Dir }},
		},
		{
			key:   "migrations",
			doc:   "The folder for SQL, relative to this file. Its last element is the name of the package that embeds it.",
			value: scalar[string]{folderForm(), "migrations", func(s *Spec) *string { return &s.Output.Migrations }},
		},
		{
			key:   "migration_format",
			doc:   "The tool whose layout migrations follow: goose, golang-migrate, dbmate and atlas can run the folder, and plain is a pair of SQL files for whatever applies them. The generated Migrate runs the folder too; with goose, golang-migrate and dbmate it shares the tool's table of versions, so that program and tool can take turns, and with atlas and plain it has one of its own, auth_schema_versions, and is used instead of a tool. The format is chosen once, before there are migrations.",
			value: scalar[MigrationFormat]{enumForm(FormatGoose, FormatGolangMigrate, FormatDbmate, FormatAtlas, FormatPlain), "goose", func(s *Spec) *MigrationFormat { return &s.Output.MigrationFormat }},
		},
		{
			key:   "tests",
			doc:   "Whether the generated package comes with its own tests.",
			value: scalar[bool]{boolForm(), "true", func(s *Spec) *bool { return &s.Output.Tests }},
		},
	}}
}

func httpSection() section {
	return section{fields: []field{
		{
			key:   "router",
			doc:   "The router that the generated endpoints are mounted on.",
			value: scalar[Router]{enumForm(RouterNetHTTP, RouterChi, RouterGin, RouterEcho), "net/http", func(s *Spec) *Router { return &s.HTTP.Router }},
		},
		{
			key:   "prefix",
			doc:   "The path under which the generated endpoints are mounted; / is the root.",
			value: scalar[string]{prefixForm(), "/auth", func(s *Spec) *string { return &s.HTTP.Prefix }},
		},
		{
			key: "trusted_proxies", example: "[10.0.0.0/8]",
			doc:   "The networks of proxies whose X-Forwarded-For counts, in CIDR notation.",
			value: list{cidrForm(), maxOrigins, func(s *Spec) *[]string { return &s.HTTP.TrustedProxies }},
		},
		{
			key: "trusted_origins", example: "[https://app.example.com]",
			doc:   "The other origins whose pages may send requests with the session cookie. Full origins: scheme://host[:port], https unless the host is loopback.",
			value: list{originForm(), maxOrigins, func(s *Spec) *[]string { return &s.HTTP.TrustedOrigins }},
		},
	}}
}

func usersSection() section {
	return section{fields: []field{
		{
			key:   "table",
			doc:   "The name of the table of accounts. An existing one may have capitals, and be a word of SQL.",
			value: scalar[string]{tableForm(), "users", func(s *Spec) *string { return &s.Users.Table }},
		},
		{
			key:   "id",
			doc:   "The type of a user's id: a version 7 UUID, a number that the database assigns, or opaque text.",
			value: scalar[IDType]{enumForm(IDUUID, IDInt64, IDString), "uuid", func(s *Spec) *IDType { return &s.Users.ID }},
		},
		{
			key: "existing", example: "true",
			doc: "Whether the table is the application's and was there before. Then it is not made but given the columns that it lacks, and nothing in it is dropped: password_hash and roles, unless columns names those that it has, auth_version and disabled_at. " +
				"Its users have the default role, and they log in with their old passwords if these are hashed with argon2id or bcrypt, in the usual text form. created_at and updated_at are neither used nor added. " +
				"The id must be the primary key or unique, of the type that id says: for uuid, a column of type uuid or the text form; a number; or text, in MySQL of ASCII. " +
				"E-mail addresses must be unique, which is checked when the program starts, and in lower case as logins look for them: UPDATE users SET email = lower(trim(email)), before the first login. " +
				"A column that is neither mapped nor added needs a default or must allow null, unless registration is closed. " +
				"In MySQL there are no foreign keys to an existing table, whose exact types they would have to share: remove a user with the generated Delete, which removes what belongs to the user.",
			value: scalar[bool]{boolForm(), "false", func(s *Spec) *bool { return &s.Users.Existing }},
		},
		{
			key: "columns", example: "{email: mail, password_hash: pw}",
			doc:   "The columns of an existing table, by the names that they have here: id, email, password_hash and roles. id and email are always the table's own; password_hash and roles are added when they are not named. password_hash is text that may be null, unless every user has a password; roles is text with names of roles between spaces.",
			value: columnMap{columnForm(), func(s *Spec) *UserColumns { return &s.Users.Columns }},
		},
		{
			key: "roles", example: "{member: [reports:read], admin: [reports:read, reports:write]}",
			doc:   "The roles and the scopes that each holds. Each becomes a typed constant: admin is RoleAdmin.",
			value: roleMap{roleForm(), list{item: scopeForm(), max: maxScopes}, maxRoles, "member"},
		},
		{
			key:   "default_role",
			doc:   "The role of a new user, one of roles.",
			value: scalar[string]{roleForm(), "member", func(s *Spec) *string { return &s.Users.DefaultRole }},
		},
		{
			key:   "registration",
			doc:   "Who may create an account: anyone at the endpoint, or only the application from Go.",
			value: scalar[Registration]{enumForm(RegistrationOpen, RegistrationClosed), "open", func(s *Spec) *Registration { return &s.Users.Registration }},
		},
		{key: "password", doc: "The policy for new passwords, and the cost of argon2id.", value: passwordSection()},
	}}
}

func passwordSection() section {
	return section{fields: []field{
		{
			key:   "min_length",
			doc:   "The least length of a new password in characters. Below 15 is for applications that check a second factor elsewhere.",
			value: scalar[int]{intForm(minLength, maxLength), "15", func(s *Spec) *int { return &s.Users.Password.MinLength }},
		},
		{
			key:   "memory",
			doc:   "The memory of one hash.",
			value: scalar[int64]{sizeForm(minMemory, maxMemory, "less is below OWASP's minimum for argon2id"), "19MiB", func(s *Spec) *int64 { return &s.Users.Password.Memory }},
		},
		{
			key:   "iterations",
			doc:   "The passes of one hash. One needs 46MiB of memory, two need 19MiB, more need 12MiB. Memory times iterations is at most 1GiB.",
			value: scalar[int]{intForm(1, maxIterations), "2", func(s *Spec) *int { return &s.Users.Password.Iterations }},
		},
		{
			key:   "parallelism",
			doc:   "The lanes of one hash.",
			value: scalar[int]{intForm(1, maxParallelism), "1", func(s *Spec) *int { return &s.Users.Password.Parallelism }},
		},
	}}
}

func strategiesSection() section {
	return section{pick: "strategy", fields: []field{
		{key: "api_key", doc: "Keys that programs send in a header: issued once, scoped, expiring, rotated with an overlap.", value: apiKeySection()},
		{key: "jwt", doc: "Signed access tokens (RFC 9068) for programs that show them as Bearer: short-lived, refreshed and revocable; or those of another issuer, verified.", value: jwtSection()},
		{key: "session", doc: "A cookie that names a session on the server.", value: sessionSection()},
		{key: "oauth", example: "{providers: {google: {}}}", doc: "OAuth 2.0: logging in through providers, and a token endpoint for machines.", value: oauthSection()},
	}}
}

func sessionSection() section {
	open := func(s *Spec) { s.Strategies.Session = &Session{} }

	return section{open: open, fields: []field{
		{key: "cookie", doc: "The session cookie.", value: cookieSection()},
		{
			key:   "ttl",
			doc:   "How long a session lives, whatever happens in it.",
			value: scalar[time.Duration]{durationForm(time.Second, maxSession, "s", "m"), "1h", func(s *Spec) *time.Duration { return &s.Strategies.Session.TTL }},
		},
		{
			key:   "idle_timeout",
			doc:   "How long a session lives without a request; at most ttl. When ttl is shorter than the default, the default is ttl.",
			value: scalar[time.Duration]{durationForm(time.Second, maxSession, "s", "m"), "30m", func(s *Spec) *time.Duration { return &s.Strategies.Session.IdleTimeout }},
		},
		{
			key: "remember", example: "30d",
			doc:   "How long a session lives whose login asked for remember: true, a box on the login page; longer than ttl. It ends after half of that without a request, or after idle_timeout if that is longer.",
			value: scalar[time.Duration]{orOff(durationForm(time.Minute, maxSession, "d", "h")), off, func(s *Spec) *time.Duration { return &s.Strategies.Session.Remember }},
		},
		{
			key:   "recent",
			doc:   "How old a login or confirmation may be to change credentials; at most ttl. When ttl is shorter than the default, the default is ttl.",
			value: scalar[time.Duration]{durationForm(time.Second, maxRecent, "s", "m"), formatDuration(DefaultRecent), func(s *Spec) *time.Duration { return &s.Strategies.Session.Recent }},
		},
		{
			key:   "max_staleness",
			doc:   "How old a kept record of a session may be. 0s asks the store on every request. Anything above is how long a session can still work after another process ended it.",
			value: scalar[time.Duration]{durationForm(0, maxStaleness, "s", "m"), "0s", func(s *Spec) *time.Duration { return &s.Strategies.Session.MaxStaleness }},
		},
		{
			key:   "storage",
			doc:   "Where sessions are kept. redis must not evict keys, and is for several processes, as the database is. memory is for one process, and a restart ends every session.",
			value: scalar[SessionStorage]{enumForm(SessionDatabase, SessionRedis, SessionMemory), "database", func(s *Spec) *SessionStorage { return &s.Strategies.Session.Storage }},
		},
		{
			key: "pages", example: "true",
			doc:   "Whether there are HTML pages to log in, to register, to change the password and to end devices. Their templates are written once, into the folder pages of the generated package, and are yours.",
			value: scalar[bool]{boolForm(), "false", func(s *Spec) *bool { return &s.Strategies.Session.Pages }},
		},
		deprecatedField(func(s *Spec) **Deprecated { return &s.Strategies.Session.Deprecated }),
	}}
}

func cookieSection() section {
	return section{fields: []field{
		{
			key:   "name",
			doc:   "The name of the cookie. On https, __Host- is put before it.",
			value: scalar[string]{cookieForm(), "session", func(s *Spec) *string { return &s.Strategies.Session.Cookie.Name }},
		},
		{
			key:   "same_site",
			doc:   "The SameSite attribute. strict leaves the cookie out when a link of another site is followed, too.",
			value: scalar[SameSite]{enumForm(SameSiteLax, SameSiteStrict), "lax", func(s *Spec) *SameSite { return &s.Strategies.Session.Cookie.SameSite }},
		},
	}}
}

func rateLimitSection() section {
	return section{fields: []field{
		{
			key:   "storage",
			doc:   "Where limits are counted. redis and database count the attempts of all processes together; redis costs less. memory is for one process, and a restart forgets the counts.",
			value: scalar[LimitStorage]{enumForm(LimitMemory, LimitRedis, LimitDatabase), "memory", func(s *Spec) *LimitStorage { return &s.RateLimit.Storage }},
		},
		{
			key:   "login",
			doc:   "Attempts to log in or to confirm a password, for one account and for one client address.",
			value: scalar[Rate]{rateForm(maxGuessCount), "5/1m", func(s *Spec) *Rate { return &s.RateLimit.Login }},
		},
		{
			key:   "register",
			doc:   "New accounts, for one e-mail address and for one client address.",
			value: scalar[Rate]{rateForm(maxGuessCount), "10/1h", func(s *Spec) *Rate { return &s.RateLimit.Register }},
		},
		{
			key:   "refresh",
			doc:   "Refreshes of one login and of one client address.",
			value: scalar[Rate]{rateForm(maxKeyCount), "60/1m", func(s *Spec) *Rate { return &s.RateLimit.Refresh }},
		},
		{
			key:   "token",
			doc:   "Requests of one OAuth client, and of one client address, at the token endpoint.",
			value: scalar[Rate]{rateForm(maxKeyCount), "60/1m", func(s *Spec) *Rate { return &s.RateLimit.Token }},
		},
		{
			key:   "api_key_failure",
			doc:   "Requests of one client address with an API key that is not valid.",
			value: scalar[Rate]{rateForm(maxGuessCount), "20/1m", func(s *Spec) *Rate { return &s.RateLimit.APIKeyFailure }},
		},
	}}
}

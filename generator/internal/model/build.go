package model

import (
	"cmp"
	"path"
	"slices"

	"github.com/authgen-go/authgen/spec"
)

// Facts are what a Model needs to know beyond the spec.
type Facts struct {
	Module string // import path of the folder that holds the spec
	Source string // file name of the spec
}

// Build turns a valid spec into a Model. It cannot fail: what could go wrong is
// an error of the spec, found by spec.Parse.
func Build(s *spec.Spec, f Facts) *Model {
	m := &Model{
		Package:    path.Base(s.Output.Dir),
		ImportPath: path.Join(f.Module, s.Output.Dir),
		Dir:        s.Output.Dir,
		Source:     f.Source,
		Migrations: Migrations{
			Dir:        s.Output.Migrations,
			Package:    path.Base(s.Output.Migrations),
			ImportPath: path.Join(f.Module, s.Output.Migrations),
			Format:     s.Output.MigrationFormat,
		},
		Database: s.Database,
		Router:   s.HTTP.Router,
		Prefix:   s.HTTP.Prefix,
		Proxies:  s.HTTP.TrustedProxies,
		Origins:  s.HTTP.TrustedOrigins,
		ID:       buildID(s.Users.ID),
		Limits: Limits{
			InRedis: s.RateLimit.Storage == spec.LimitRedis,
			Login:   s.RateLimit.Login, Register: s.RateLimit.Register,
			Refresh: s.RateLimit.Refresh, Token: s.RateLimit.Token, APIKeyFailure: s.RateLimit.APIKeyFailure,
		},
		Routes:  limited(buildRoutes(s)),
		Metrics: s.Metrics == spec.MetricsOTel,
		Tests:   s.Output.Tests,
	}
	m.Schema = buildSchema(s, m.ID)
	m.Scopes, m.Roles = buildRights(s)
	m.Users = buildUsers(s)
	m.Users.Loose = looseTables(m.Schema)
	m.Users.StandIn = standIn(m.Schema)
	if s.Strategies.APIKey != nil {
		m.APIKey = buildAPIKey(s.Strategies.APIKey)
		m.Strategies = append(m.Strategies, Strategy{
			Const: Const{Name: "StrategyAPIKey", Value: "api_key"},
			Doc:   "a key in the header " + m.APIKey.Header, Deprecated: m.APIKey.Deprecated,
		})
	}
	if s.Strategies.JWT != nil {
		m.JWT = buildJWT(s.Strategies.JWT)
		m.Strategies = append(m.Strategies, Strategy{
			Const: Const{Name: "StrategyJWT", Value: "jwt"},
			Doc:   "an access token in the header Authorization", Deprecated: m.JWT.Deprecated,
		})
	}
	if s.Strategies.Session != nil {
		m.Session = buildSession(s.Strategies.Session)
		m.Strategies = append(m.Strategies, Strategy{
			Const: Const{Name: "StrategySession", Value: "session"},
			Doc:   "a cookie that names a session kept by this service", Deprecated: m.Session.Deprecated,
		})
	}
	m.Audit = buildAudit(s.Audit)
	if s.RateLimit.Storage == spec.LimitDatabase && m.Accounts() {
		m.Limits.Table = limitsTableName
	}
	if s.Strategies.OAuth != nil {
		m.UsedTable = usedTableName
		m.OAuth, m.Server = buildOAuth(s.Strategies.OAuth), buildServer(s.Strategies.OAuth.Server)
		m.OAuthDeprecated = buildDeprecated(s.Strategies.OAuth.Deprecated)
	}
	inOrder(m.Strategies, s.Order)
	m.Policies = buildPolicies(s, m.Strategies)
	m.ExchangesForTokens, m.ExchangesForSession = s.Strategies.ExchangesForTokens(), s.Strategies.ExchangesForSession()
	m.Recent = spec.DefaultRecent
	if m.Session != nil {
		m.Recent = m.Session.Recent
	}
	return m
}

func buildRights(s *spec.Spec) ([]Const, []Role) {
	var scopes []Const
	names := make(map[string]string, len(s.Scopes))
	for _, scope := range s.Scopes {
		c := Const{Name: scopeConst(scope), Value: scope}
		names[scope] = c.Name
		scopes = append(scopes, c)
	}
	var roles []Role
	for _, role := range s.Users.Roles {
		r := Role{Const: Const{Name: roleConst(role.Name), Value: role.Name}}
		for _, scope := range role.Scopes {
			r.Scopes = append(r.Scopes, names[scope])
		}
		roles = append(roles, r)
	}
	return scopes, roles
}

func roleConst(name string) string { return "Role" + spec.GoName(name) }

func buildUsers(s *spec.Spec) Users {
	return Users{
		Table:        s.Users.Table,
		Existing:     s.Users.Existing,
		Columns:      userColumns(s.Users),
		DefaultRole:  roleConst(s.Users.DefaultRole),
		Registration: registers(s),
		MinLength:    s.Users.Password.MinLength,
		MemoryKiB:    s.Users.Password.Memory / 1024,
		Iterations:   s.Users.Password.Iterations,
		Parallelism:  s.Users.Password.Parallelism,
	}
}

func userColumns(u spec.Users) UserColumns {
	c := UserColumns{
		ID: "id", Email: "email", PasswordHash: "password_hash", Roles: "roles", AuthVersion: "auth_version",
		DisabledAt: "disabled_at", CreatedAt: "created_at", UpdatedAt: "updated_at",
	}
	if !u.Existing {
		return c
	}
	c.ID, c.Email, c.CreatedAt, c.UpdatedAt = u.Columns.ID, u.Columns.Email, "", ""
	c.PasswordHash = cmp.Or(u.Columns.PasswordHash, c.PasswordHash)
	c.Roles = cmp.Or(u.Columns.Roles, c.Roles)
	return c
}

func buildAPIKey(s *spec.APIKey) *APIKey {
	return &APIKey{
		Table:           keysTableName,
		Header:          s.Header,
		Prefix:          s.Prefix,
		MaxAge:          s.MaxAge,
		WarnBefore:      s.WarnBefore,
		MaxActive:       s.MaxActive,
		RotationOverlap: s.RotationOverlap,
		LastUsedFlush:   s.LastUsedFlush,
		MaxStaleness:    s.MaxStaleness,
		RateLimit:       s.RateLimit,
		Deprecated:      buildDeprecated(s.Deprecated),
	}
}

func buildJWT(j *spec.JWT) *JWT {
	out := &JWT{
		Algorithm:    j.Algorithm,
		Issuer:       j.Issuer,
		Audience:     j.Audience,
		AccessTTL:    j.AccessTTL,
		Leeway:       j.Leeway,
		RevokedTable: revokedTableName,
		InMemory:     j.Revocation.Storage == spec.RevocationMemory,
		InRedis:      j.Revocation.Storage == spec.RevocationRedis,
		MaxStaleness: j.Revocation.MaxStaleness,
		JWKSPath:     j.JWKS.Path,
		JWKSMaxAge:   j.JWKS.MaxAge,
		Deprecated:   buildDeprecated(j.Deprecated),
	}
	for _, c := range j.Claims {
		out.Claims = append(out.Claims, Claim{Name: c.Name, Field: spec.ClaimField(c.Name), Type: c.Type})
	}
	if r := j.Refresh; r != nil {
		out.Refresh = &Refresh{Table: familiesTableName, TTL: r.TTL, IdleTTL: r.IdleTTL, Grace: r.ReuseGrace}
	}
	if v := j.Verify; v != nil {
		out.Verify = &Verify{JWKSURL: v.JWKSURL, PrivateNetwork: v.InsecurePrivateNetwork}
	}
	return out
}

func buildSession(s *spec.Session) *Session {
	return &Session{
		Table:       sessionsTableName,
		CookieName:  s.Cookie.Name,
		SameSite:    s.Cookie.SameSite,
		TTL:         s.TTL,
		IdleTimeout: s.IdleTimeout,
		Remember:    s.Remember,
		Recent:      s.Recent,
		InMemory:    s.Storage == spec.SessionMemory,
		InRedis:     s.Storage == spec.SessionRedis,

		MaxStaleness: s.MaxStaleness,
		Pages:        s.Pages,
		Deprecated:   buildDeprecated(s.Deprecated),
	}
}

func buildAudit(a spec.Audit) Audit {
	out := Audit{Log: slices.Contains(a.Sinks, spec.SinkLog), Required: a.Mode == spec.AuditRequired}
	if slices.Contains(a.Sinks, spec.SinkDatabase) {
		out.Table, out.Retention = eventsTableName, a.Retention
	}
	return out
}

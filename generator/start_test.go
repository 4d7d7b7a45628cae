package generator_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/apikey"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/grant"
	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/password"
	"github.com/authgen-go/authgen/runtime/ratelimit"
	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/session"
	"github.com/authgen-go/authgen/runtime/store/memory"
	"github.com/authgen-go/authgen/runtime/token"
	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/spec/spectest"
)

type user = account.User[string, string]

// TestAcceptedSpecsStart holds the caps of the spec inside those of the runtime:
// what one accepts must not be refused by the other when the server starts.
func TestAcceptedSpecsStart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := spec.Parse("authgen.yaml", []byte(spectest.Draw(t)))
		if err != nil {
			t.Fatal(err)
		}
		for _, start := range []func(*spec.Spec) error{startPasswords, startLimits, startSessions, startKeys, startTokens} {
			if err := start(s); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func startPasswords(s *spec.Spec) error {
	if s.Strategies.JWT != nil && s.Strategies.JWT.Verify != nil {
		return nil
	}
	p := s.Users.Password
	if err := (password.Policy{MinLength: p.MinLength}).Validate(); err != nil {
		return err
	}
	_, err := password.NewHasher(password.HasherConfig{Params: password.Params{
		MemoryKiB: uint32(p.Memory / 1024), Iterations: uint32(p.Iterations), Parallelism: uint8(p.Parallelism),
	}})
	return err
}

func startLimits(s *spec.Spec) error {
	if s.Strategies.JWT != nil && s.Strategies.JWT.Verify != nil {
		return nil // nothing is limited where nothing is checked
	}
	rates := []spec.Rate{s.RateLimit.Login, s.RateLimit.Register, s.RateLimit.Refresh, s.RateLimit.APIKeyFailure}
	if s.Strategies.APIKey != nil {
		rates = append(rates, s.Strategies.APIKey.RateLimit)
	}
	for _, r := range rates {
		if err := (ratelimit.Rate{Count: r.Count, Per: r.Per}).Validate(); err != nil {
			return err
		}
	}
	return nil
}

func startSessions(s *spec.Spec) error {
	if s.Strategies.Session == nil {
		return nil
	}
	proxies, err := authn.NewProxies(s.HTTP.TrustedProxies...)
	if err != nil {
		return err
	}
	crossSite, err := authn.NewCrossSite(&url.URL{Scheme: "https", Host: "app.example"}, s.HTTP.TrustedOrigins...)
	if err != nil {
		return err
	}
	cookie := s.Strategies.Session
	m, err := session.New(session.Config[string, user]{
		Store:       memory.NewSessions[string, user](nil),
		Cookie:      session.Cookie{Name: cookie.Cookie.Name, SameSite: http.SameSiteLaxMode},
		HTTPS:       true,
		TTL:         cookie.TTL,
		Remember:    cookie.Remember,
		IdleTimeout: cookie.IdleTimeout,
		Recent:      cookie.Recent,
		CrossSite:   crossSite,
		Proxies:     proxies,
	})
	if err != nil {
		return err
	}
	return m.Close(context.Background())
}

func startKeys(s *spec.Spec) error {
	keys := s.Strategies.APIKey
	if keys == nil {
		return nil
	}
	var scopes []string
	scopes = append(scopes, s.Scopes...)
	service, err := apikey.New(apikey.Config[string, string, user]{
		Store:           memory.NewAPIKeys[string, string, user](nil),
		Limiter:         ratelimit.NewMemory(ratelimit.MemoryConfig{}),
		OwnerScopes:     func(user) []string { return nil },
		Scopes:          scopes,
		Prefix:          keys.Prefix,
		Header:          keys.Header,
		MaxAge:          keys.MaxAge,
		WarnBefore:      orNone(keys.WarnBefore),
		MaxActive:       keys.MaxActive,
		RotationOverlap: orNone(keys.RotationOverlap),
		LastUsedFlush:   keys.LastUsedFlush,
		MaxStaleness:    keys.MaxStaleness,
		RateLimit:       ratelimit.Rate{Count: keys.RateLimit.Count, Per: keys.RateLimit.Per},
		FailureLimit:    ratelimit.Rate{Count: s.RateLimit.APIKeyFailure.Count, Per: s.RateLimit.APIKeyFailure.Per},
	})
	if err != nil {
		return err
	}
	return service.Close(context.Background())
}

func startTokens(s *spec.Spec) error {
	j := s.Strategies.JWT
	if j == nil {
		return nil
	}
	if j.Verify != nil {
		return jwks.Config{URL: j.Verify.JWKSURL, AllowPrivate: j.Verify.InsecurePrivateNetwork}.Validate()
	}
	key, err := token.NewHMAC([]byte("a key for a test of settings alone"))
	if err != nil {
		return err
	}
	set, err := token.NewKeySet(key)
	if err != nil {
		return err
	}
	store := memory.NewTokens[string, user](nil)
	cfg := grant.Config[string, user, token.Claims]{
		Schema: token.Basic(), Keys: token.Static(set), Issuer: "https://id.example", Audience: j.Audience,
		TTL: j.AccessTTL, Leeway: j.Leeway, ParseID: grant.ParseString, Revocations: store, MaxStaleness: j.Revocation.MaxStaleness,
	}
	if r := j.Refresh; r != nil {
		grace := r.ReuseGrace
		if grace == 0 {
			grace = refresh.NoGrace
		}
		cfg.Refresh = &grant.Refresh[string, user]{Store: store, Key: make([]byte, 32), TTL: r.TTL, IdleTTL: r.IdleTTL, Grace: grace}
	}
	tokens, err := grant.New(cfg)
	if err != nil {
		return err
	}
	return tokens.Close(context.Background())
}

// orNone is what the generator writes for a duration whose zero means none.
func orNone(d time.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return d
}

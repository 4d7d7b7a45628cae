package oauth

import (
	"context"
	"errors"
	"net/http"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// strategy is how the spec writes what this package does.
const strategy = "oauth"

// A Service sends browsers to providers and takes them back. It is safe for concurrent
// use and must be closed.
type Service struct {
	cfg     Config // without the key
	https   bool
	prefix  string // of the names of cookies
	flows   box
	forms   box
	clients map[string]*client
}

// New returns a Service. It asks no provider anything: one that is away when a service
// starts is none that nobody needs. The error names what is wrong with cfg.
func New(cfg Config) (*Service, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	s := &Service{
		cfg: cfg, https: cfg.BaseURL.Scheme == "https", prefix: cookieName,
		flows: newBox(cfg.Key, "flow"), forms: newBox(cfg.Key, "form"), clients: make(map[string]*client),
	}
	s.cfg.Key = nil
	for _, p := range cfg.Providers {
		c, err := s.newClient(p)
		if err != nil {
			s.Close()
			return nil, err
		}
		s.clients[p.Name] = c
	}
	if s.https {
		s.prefix = hostPrefix + cookieName
	} else {
		s.warn()
	}
	return s, nil
}

// warn says what comes of a base URL that is not https (SECURITY SES-03).
func (s *Service) warn() {
	s.cfg.Logger.Warn("the cookies of logins through providers are not Secure, because the base URL is not https")
	s.record(context.Background(), audit.Event{
		Type: audit.ConfigurationWarned, Outcome: audit.Success, Reason: reasonInsecureCookie,
	})
}

// Close ends the work in the background: finding out where providers are, and fetching
// their keys.
func (s *Service) Close() {
	for _, c := range s.clients {
		c.close()
	}
}

// Providers returns the names of the providers in the order of Config.
func (s *Service) Providers() []string {
	names := make([]string, 0, len(s.cfg.Providers))
	for _, p := range s.cfg.Providers {
		names = append(names, p.Name)
	}
	return names
}

func (s *Service) find(provider string) (*client, error) {
	c := s.clients[provider]
	if c == nil {
		return nil, ErrUnknownProvider
	}
	return c, nil
}

func (s *Service) record(ctx context.Context, e audit.Event) {
	e.Time, e.Strategy = s.cfg.Now().UTC(), strategy
	s.cfg.Audit.Record(ctx, e)
}

// refuse records a login that came to nothing and returns why.
func (s *Service) refuse(r *http.Request, c *client, user string, err error) error {
	e := audit.Event{Type: audit.Login, Outcome: audit.Failed, Reason: reasonOf(err), Actor: user, Target: c.Name}
	if p, ok := errors.AsType[*authn.Problem](err); ok && p.Code != authn.CodeUnavailable {
		e.Outcome = audit.Denied
	}
	s.record(r.Context(), e)
	return err
}

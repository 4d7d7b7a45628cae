package oauthtest

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/oauth"
)

// The paths of a [Provider], below its issuer for OpenID Connect.
const (
	PathConfiguration = "/.well-known/openid-configuration"
	PathKeys          = "/jwks.json"
	PathAuthorize     = "/authorize"
	PathToken         = "/token"
	PathUserInfo      = "/userinfo"

	PathGitHubAuthorize = "/login/oauth/authorize"
	PathGitHubToken     = "/login/oauth/access_token"
	PathGitHubUser      = "/api/v3/user"
	PathGitHubEmails    = "/api/v3/user/emails"
)

// A User is who logs in at a [Provider], without being asked anything.
type User struct {
	Subject       string // for GitHub a number
	Email         string
	EmailVerified bool
	Name          string
}

// A Provider is an OpenID provider, and a GitHub Enterprise Server at the same origin. It
// is safe for concurrent use; what has no method is set before the first request.
type Provider struct {
	// ClientID and ClientSecret are what it knows the application by.
	ClientID, ClientSecret string
	// Accepts judges what a client authenticates with in another way, such as Apple's.
	Accepts func(clientID, clientSecret string) bool
	// Now is the clock; time.Now by default.
	Now func() time.Time

	server *httptest.Server

	mu       sync.Mutex
	user     User
	misdeeds Misdeeds
	keys     []*key // published; the last one signs
	grants   map[string]*grant
	access   map[string]User // by access token
	calls    map[string]int
	secrets  []string
}

// New starts a Provider over http on loopback, which ends with the test.
func New(t testing.TB) *Provider {
	t.Helper()
	p := newProvider(t)
	p.server.Start()
	return p
}

// NewTLS is New over https, with a certificate that [Provider.Client] trusts.
func NewTLS(t testing.TB) *Provider {
	t.Helper()
	p := newProvider(t)
	p.server.StartTLS()
	return p
}

func newProvider(t testing.TB) *Provider {
	p := &Provider{
		ClientID: "client-of-the-test", ClientSecret: "secret+of/the test", Now: time.Now,
		user:   User{Subject: "248289761001", Email: "ada@example.com", EmailVerified: true, Name: "Ada Lovelace"},
		grants: make(map[string]*grant), access: make(map[string]User), calls: make(map[string]int),
	}
	p.Rotate(t, "ES256")
	p.server = httptest.NewUnstartedServer(http.HandlerFunc(p.serve))
	p.server.Config.ErrorLog = silent() // handshakes and answers that are meant to fail
	t.Cleanup(func() {
		p.server.CloseClientConnections()
		p.server.Close()
	})
	return p
}

// URL is the origin of the provider, which is its issuer too.
func (p *Provider) URL() string { return p.server.URL }

// Client is an HTTP client that trusts the certificate of the provider.
func (p *Provider) Client() *http.Client { return p.server.Client() }

// OIDC is the provider as an application configures it.
func (p *Provider) OIDC(name string, scopes ...string) oauth.Provider {
	return oauth.OIDC(name, p.URL(), p.ClientID, p.ClientSecret, scopes...)
}

// SetUser says who logs in from now on.
func (p *Provider) SetUser(u User) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.user = u
}

// Calls returns how often a path was asked for.
func (p *Provider) Calls(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[path]
}

// Secrets returns all that the provider gave or was given and that nobody may write down:
// codes, verifiers, tokens, states and secrets of clients.
func (p *Provider) Secrets() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append(slices.Clone(p.secrets), p.ClientSecret)
}

// keep remembers secrets. The lock is held.
func (p *Provider) keep(secrets ...string) {
	for _, s := range secrets {
		if s != "" {
			p.secrets = append(p.secrets, s)
		}
	}
}

func (p *Provider) serve(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if strings.HasSuffix(path, PathConfiguration) { // below any issuer
		path = PathConfiguration
	}
	_ = r.ParseForm() // before anything else: a server notices that a client hangs up once it has read the body
	p.mu.Lock()
	p.calls[path]++
	instead := p.misdeeds.Answers[path]
	p.mu.Unlock()
	switch {
	case instead != nil:
		instead(w, r)
	case path == PathConfiguration:
		p.serveConfiguration(w, strings.TrimSuffix(r.URL.Path, PathConfiguration))
	case path == PathKeys:
		p.serveKeys(w)
	case path == PathAuthorize, path == PathGitHubAuthorize:
		p.serveAuthorize(w, r)
	case path == PathToken, path == PathGitHubToken:
		p.serveToken(w, r)
	case path == PathUserInfo:
		p.serveUserInfo(w, r)
	case path == PathGitHubUser:
		p.serveGitHubUser(w, r)
	case path == PathGitHubEmails:
		p.serveGitHubEmails(w, r)
	default:
		http.NotFound(w, r)
	}
}

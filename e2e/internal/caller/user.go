package caller

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/secret/secrettest"
)

// A User is a person at a server, who may also be asked for at another one that serves
// the same people.
type User struct {
	*Caller
	Email, Password string
}

// NewUser is somebody whom no server knows; see [New].
func NewUser(secrets *secrettest.Secrets) *User {
	return &User{Caller: New(secrets), Email: strings.ToLower(rand.Text()) + "@example.com", Password: "seven green boats at noon"}
}

// A Tokens is what a login for tokens gives.
type Tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

func (u *User) credentials() Part {
	return JSON(map[string]string{"email": u.Email, "password": u.Password})
}

// Register asks for an account.
func (u *User) Register(url string) Answer {
	return u.Ask(http.MethodPost, url+"/auth/register", u.credentials())
}

// LogIn asks for a session.
func (u *User) LogIn(url string) Answer {
	return u.Ask(http.MethodPost, url+"/auth/session", u.credentials())
}

// LogInForTokens asks for tokens.
func (u *User) LogInForTokens(url string) Answer {
	return u.Ask(http.MethodPost, url+"/auth/token", u.credentials())
}

// Renew asks for the tokens that come after one.
func (c *Caller) Renew(url, token string) Answer {
	return c.Ask(http.MethodPost, url+"/auth/token/refresh", JSON(map[string]string{"refresh_token": token}))
}

// Revoke ends an access token.
func (c *Caller) Revoke(url, token string) Answer {
	return c.Ask(http.MethodPost, url+"/auth/token/revoke", Bearer(token))
}

// LogOut ends a session.
func (c *Caller) LogOut(url, session string) Answer {
	return c.Ask(http.MethodDelete, url+"/auth/session", Cookie(session))
}

// LogOutEverywhere ends all that its user is signed in with.
func (c *Caller) LogOutEverywhere(url string, with Part) Answer {
	return c.Ask(http.MethodPost, url+"/auth/logout-everywhere", with)
}

// Me asks who a credential belongs to.
func (c *Caller) Me(url string, with ...Part) Answer {
	return c.Ask(http.MethodGet, url+"/auth/me", with...)
}

// MakeKey asks for an API key.
func (c *Caller) MakeKey(url, name string, with Part) Answer {
	return c.Ask(http.MethodPost, url+"/auth/api-keys", with, JSON(map[string]any{"name": name, "scopes": []string{}}))
}

// ChangePassword asks for another password.
func (u *User) ChangePassword(url, password string, with Part) Answer {
	return u.Ask(http.MethodPost, url+"/auth/password", with, JSON(map[string]string{"current_password": u.Password, "new_password": password}))
}

// A Member is a user who is signed in with everything there is.
type Member struct {
	*User
	Session string
	Tokens
	Key string
}

// NewMember registers somebody at a server and signs them in; see [New].
func NewMember(secrets *secrettest.Secrets, url string) (*Member, error) {
	m := &Member{User: NewUser(secrets)}
	if a := patiently(func() Answer { return m.Register(url) }); a.Status != http.StatusCreated {
		return nil, fmt.Errorf("register: %s", a)
	}
	return m, m.signIn(url)
}

// patiently asks again, as it is told to, while a server cannot know or has too much to
// do.
func patiently(ask func() Answer) Answer {
	const tries = 50
	for range tries {
		if a := ask(); a.Unavailable() != nil {
			return a
		}
		time.Sleep(100 * time.Millisecond)
	}
	return ask()
}

func (m *Member) signIn(url string) error {
	session := patiently(func() Answer { return m.LogIn(url) })
	if m.Session = session.Session(); session.Status != http.StatusOK || m.Session == "" {
		return fmt.Errorf("log in: %s", session)
	}
	tokens := patiently(func() Answer { return m.LogInForTokens(url) })
	if err := tokens.Decode(&m.Tokens); tokens.Status != http.StatusOK || err != nil {
		return fmt.Errorf("log in for tokens: %s: %w", tokens, err)
	}
	var made struct {
		Key string `json:"key"`
	}
	key := patiently(func() Answer { return m.MakeKey(url, "all", Cookie(m.Session)) })
	if err := key.Decode(&made); key.Status != http.StatusCreated || err != nil {
		return fmt.Errorf("make a key: %s: %w", key, err)
	}
	m.Key = made.Key
	return nil
}

// Credentials are what the member is signed in with, by strategy.
func (m *Member) Credentials() map[string]Part {
	return map[string]Part{"session": Cookie(m.Session), "jwt": Bearer(m.Access), "api_key": Key(m.Key)}
}

package page

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
)

// A View is what a template sees as its dot. Its methods are for templates too.
type View struct {
	Page        Name          // the page that is shown
	Origin      string        // of the application, such as "https://app.example"
	Email       string        // of who is signed in, "" for nobody
	CanRegister bool          // whether people can make accounts themselves
	MinPassword int           // characters of a new password
	Remember    time.Duration // how long a login lives that asks to be remembered; 0 for none
	Providers   []Provider    // that people may log in through
	Notice      Notice        // what has just been done; "" for nothing
	Problem     *Message      // what is wrong with the whole form or request; nil for nothing
	RequestID   string        // of a request that failed, to be quoted to whoever runs the service
	Devices     []Device      // of the page Devices

	prefix, styleHash string
	returnTo          string              // where the browser wants to go; "" for nowhere
	values            map[string]string   // what was typed, without secrets
	fields            map[string]*Message // what is wrong with one field
}

// A Message says what is wrong. A template may have words of its own for a code.
type Message struct {
	Code authn.Code
	Text string
}

// A Device is a session of whoever looks at the page.
type Device struct {
	ID         string
	Name       string // such as "Firefox on Linux"
	IP         string // "" if it is not known
	CreatedAt  time.Time
	LastSeenAt time.Time
	Remembered bool
	Current    bool // the one that this page is looked at with
}

// A Provider is one that people may log in through.
type Provider struct {
	Name  string // in the spec
	Title string // for people
}

// title is what a provider is called, which for one that is not known is its name.
func title(name string) string {
	known := map[string]string{
		"google": "Google", "github": "GitHub", "gitlab": "GitLab", "microsoft": "Microsoft", "apple": "Apple",
	}
	if text, ok := known[name]; ok {
		return text
	}
	return strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
}

// A Notice names what has just been done. It stands in the page's address, where
// anybody may write it, so that it must tell nothing that matters.
type Notice string

// The notices.
const (
	Registered      Notice = "registered"
	LoggedOut       Notice = "logged-out"
	PasswordChanged Notice = "password-changed"
	DeviceEnded     Notice = "device-ended"
	DevicesEnded    Notice = "devices-ended"
)

func notices() []Notice {
	return []Notice{Registered, LoggedOut, PasswordChanged, DeviceEnded, DevicesEnded}
}

// Path returns the address of an endpoint, such as "sessions/end".
func (v View) Path(endpoint string) string { return v.prefix + "/" + endpoint }

// Link is [View.Path] with where the browser wants to go hung on to it, so that a
// login still leads there.
func (v View) Link(endpoint string) string { return withReturnTo(v.Path(endpoint), v.returnTo) }

// Style is the address of the style sheet. It changes with its content.
func (v View) Style() string { return v.Path(stylePath) + "?v=" + v.styleHash }

// Value is what was typed into a field of the form that was sent; secrets are not
// kept.
func (v View) Value(field string) string { return v.values[field] }

// Wrong says what is wrong with a field, nil for nothing.
func (v View) Wrong(field string) *Message { return v.fields[field] }

// view is what every page has.
func (p *Pages) view(r *http.Request, name Name) View {
	query := r.URL.Query()
	v := View{
		Page: name, Origin: p.origin(), Email: p.cfg.Email(r.Context()),
		CanRegister: p.cfg.Register, MinPassword: p.cfg.MinPassword, Remember: p.cfg.Remember,
		prefix: p.cfg.Prefix, styleHash: p.styleHash,
	}
	for _, provider := range p.cfg.Providers {
		v.Providers = append(v.Providers, Provider{Name: provider, Title: title(provider)})
	}
	v.returnTo, _ = ReturnTo(query.Get("return_to"))
	for _, known := range notices() {
		if query.Get("notice") == string(known) {
			v.Notice = known
		}
	}
	return v
}

func (p *Pages) origin() string { return p.cfg.BaseURL.Scheme + "://" + p.cfg.BaseURL.Host }

func withReturnTo(address, returnTo string) string {
	if returnTo == "" {
		return address
	}
	joint := "?"
	if strings.Contains(address, "?") {
		joint = "&"
	}
	return address + joint + "return_to=" + url.QueryEscape(returnTo)
}

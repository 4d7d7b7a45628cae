package page

import "github.com/authgen-go/authgen/runtime/authn"

// samples are a page at its emptiest and at its fullest.
func (p *Pages) samples(name Name) []View {
	now := p.cfg.Now()
	wrong := &Message{Code: authn.CodeInvalidRequest, Text: "It is wrong."}
	full := View{
		Page: name, Origin: p.origin(), Email: "ann@example.com", CanRegister: true, MinPassword: p.cfg.MinPassword, Remember: p.cfg.Remember,
		Problem: wrong, Providers: []Provider{{Name: "acme", Title: "Acme"}}, RequestID: "1", prefix: p.cfg.Prefix, styleHash: p.styleHash, returnTo: "/",
		values:  map[string]string{"email": "ann@example.com", "remember": "true"},
		fields:  map[string]*Message{"email": wrong, "password": wrong, "current_password": wrong, "new_password": wrong},
		Devices: []Device{{ID: "A", Name: "Firefox on Linux", IP: "192.0.2.1", CreatedAt: now, LastSeenAt: now, Current: true}, {ID: "B", Remembered: true}},
	}
	views := []View{{Page: name}, full}
	for _, notice := range notices() {
		full.Notice = notice
		views = append(views, full)
	}
	return views
}

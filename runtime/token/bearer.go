package token

import (
	"errors"
	"net/http"
	"strings"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// scheme is that of RFC 6750 section 2.1.
const scheme = "Bearer"

// Bearer returns the token of the Authorization header, the one place where it is
// looked for (SECURITY JWT-18). Its error is
//
//   - [authn.ErrNoCredential] without the header, or with another scheme
//   - [authn.ErrInvalidRequest] if there are two Authorization headers
//   - [ErrInvalidToken] if no space and no token come after the scheme
func Bearer(r *http.Request) (string, error) {
	values := r.Header["Authorization"]
	if len(values) == 0 {
		return "", authn.ErrNoCredential
	}
	if len(values) > 1 {
		return "", authn.ErrInvalidRequest.WithDetail("There are two Authorization headers.")
	}
	name, rest := cutScheme(values[0])
	if !strings.EqualFold(name, scheme) {
		return "", authn.ErrNoCredential
	}
	token := strings.TrimLeft(rest, " ")
	if token == "" || token == rest {
		return "", errForm
	}
	return token, nil
}

// cutScheme cuts a value after the name of its scheme, which is a token (RFC 9110 section
// 11.4). What is not of that form but begins with the name, such as one with a tab after
// it, is still a credential of the scheme, and a bad one.
func cutScheme(value string) (name, rest string) {
	end := strings.IndexFunc(value, func(c rune) bool {
		letter := 'a' <= c|' ' && c|' ' <= 'z'
		return !letter && !('0' <= c && c <= '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", c)
	})
	if end < 0 {
		return value, ""
	}
	return value[:end], value[end:]
}

// Presents reports whether r carries a bearer token, good or bad.
func Presents(r *http.Request) bool {
	_, err := Bearer(r)
	return !errors.Is(err, authn.ErrNoCredential)
}

// Authenticate verifies the token that r carries. Its errors are those of [Bearer] and
// of [Verifier.Verify]. A token that is refused is recorded, unless it has only expired,
// which happens to every client every few minutes.
func (v *Verifier[C]) Authenticate(r *http.Request) (C, error) {
	var none C
	token, err := Bearer(r)
	if err == nil {
		var claims C
		if claims, err = v.Verify(r.Context(), token); err == nil {
			return claims, nil
		}
	}
	if errors.Is(err, ErrInvalidToken) {
		v.Refused(r, Reason(err), "")
	}
	return none, err
}

// Refused records that the token of r was refused, for a reason in fixed words. Its id
// ("jti") is given once its signature held, and is else "".
func (v *Verifier[C]) Refused(r *http.Request, reason, id string) {
	if v.cfg.Audit == nil {
		return
	}
	e := audit.Event{
		Time: v.cfg.Now().UTC(), Type: audit.TokenRefused, Outcome: audit.Denied,
		Reason: reason, Target: id, Strategy: "jwt", Request: audit.RequestFrom(r.Context()),
	}
	if !e.Request.Addr.IsValid() {
		e.Request.Addr = v.cfg.Proxies.ClientAddr(r)
	}
	v.cfg.Audit.Record(r.Context(), e)
}

// Challenge returns the WWW-Authenticate value that goes with err (RFC 6750 section 3).
func (v *Verifier[C]) Challenge(err error) string {
	return authn.FormatChallenge(scheme, "auth", err)
}

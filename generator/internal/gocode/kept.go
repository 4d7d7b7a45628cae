package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// keeps reports whether anything that was read of users may be kept for a while.
func keeps(m *model.Model) bool {
	return m.APIKey != nil && m.APIKey.MaxStaleness > 0 ||
		m.Issues() && m.JWT.MaxStaleness > 0 ||
		m.Session != nil && m.Session.MaxStaleness > 0
}

// forgetUser emits what makes a change of a user hold here at once.
func forgetUser(m *model.Model) jen.Code {
	var body []jen.Code
	forget := func(service string) {
		body = append(body, call("a."+service+".Forget", jen.Id("id")))
	}
	if m.APIKey != nil && m.APIKey.MaxStaleness > 0 {
		forget("APIKeys")
	}
	if m.Issues() && m.JWT.MaxStaleness > 0 {
		forget("Tokens")
	}
	if m.Session != nil && m.Session.MaxStaleness > 0 {
		forget("Sessions")
	}
	return method("a", "Auth", "forget", "forget makes what has become of a user hold at once in this process, whatever is kept.",
		signature{params: []jen.Code{jen.Id("id").Id("UserID")}}, body...)
}

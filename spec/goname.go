package spec

import "strings"

// initialisms are the words that Go style writes in capitals. The list is the
// one linters check generated names with.
const initialisms = " acl api ascii cpu css dns eof guid html http https id ip json qps ram rpc sla smtp sql ssh tcp tls ttl " +
	"udp ui gid uid uuid uri url utf8 vm xml xmpp xsrf xss sip rtp amqp db ts "

// GoName returns the part that a scope or role adds to the name of its
// constant: "reports:read" gives ReportsRead, "api-keys" gives APIKeys. It is
// meant to follow a prefix, since it may begin with a digit. An accepted spec
// has no two scopes and no two roles with the same GoName.
func GoName(name string) string {
	var b strings.Builder

	for _, word := range strings.FieldsFunc(name, isNameSeparator) {
		if strings.Contains(initialisms, " "+word+" ") {
			b.WriteString(strings.ToUpper(word))
			continue
		}
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}

	return b.String()
}

func isNameSeparator(r rune) bool {
	return strings.ContainsRune(":._-", r)
}

// namePattern is what scopes and roles look like. It is a part of RFC 6749's
// scope-token that is easy to read in a log, and maps to a Go name.
const namePattern = `^[a-z0-9]([a-z0-9:._-]*[a-z0-9])?$`

const maxName = 64

func scopeForm() form[string] {
	return textForm("a scope such as reports:read (a-z, 0-9 and : . _ - between them, at most 64 characters)", namePattern, maxName, nil)
}

func roleForm() form[string] {
	return textForm("a role such as admin (a-z, 0-9 and : . _ - between them, at most 64 characters)", namePattern, maxName, nil)
}

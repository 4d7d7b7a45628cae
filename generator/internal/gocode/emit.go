package gocode

import (
	"strings"
	"time"

	"github.com/dave/jennifer/jen"
)

// This file is the vocabulary of the emitters and the only one that fights
// jennifer. Every helper builds afresh: a Statement that is chained onto after
// it was placed would change where it was placed.

const runtimePath = "github.com/authgen-go/authgen/runtime"

// rt names a symbol of a runtime package: rt("authn", "Frame").
func rt(pkg, name string) *jen.Statement { return jen.Qual(runtimePath+"/"+pkg, name) }

// httpq names a symbol of net/http.
func httpq(name string) *jen.Statement { return jen.Qual("net/http", name) }

// ptr is *t.
func ptr(t jen.Code) *jen.Statement { return jen.Op("*").Add(t) }

// amp is &v.
func amp(v jen.Code) *jen.Statement { return jen.Op("&").Add(v) }

// dotted is a selector written the way it reads: dotted("a.Sessions.Start").
func dotted(path string) *jen.Statement {
	head, rest, _ := strings.Cut(path, ".")
	s := jen.Id(head)
	for rest != "" {
		head, rest, _ = strings.Cut(rest, ".")
		s.Dot(head)
	}
	return s
}

// call is a call written the way it reads: call("a.frame.Handler", h).
func call(path string, args ...jen.Code) *jen.Statement { return dotted(path).Call(args...) }

// doc renders text as // lines; jennifer would switch to /* */ at the first
// newline, and would take a leading // as a licence to print the rest as code.
func doc(text string) *jen.Statement {
	s := jen.Null()
	for _, line := range commentLines(text) {
		s.Comment(line).Line()
	}
	return s
}

// commentLines flows text into // lines. Paragraphs end at empty lines; indented
// lines are lists and tables and stay as they are.
func commentLines(text string) []string {
	var out []string
	words := []string{}
	flush := func() {
		out = append(out, wrap(words)...)
		words = words[:0]
	}
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		line = strings.TrimRight(strings.ReplaceAll(line, "\r", ""), " ")
		if line != "" && line[0] != '\t' && line[0] != ' ' {
			words = append(words, strings.Fields(line)...)
			continue
		}
		flush()
		out = append(out, strings.TrimRight("// "+line, " "))
	}
	flush()
	return out
}

// wrap is words as // lines of at most 80 bytes, or one word.
func wrap(words []string) []string {
	const width = 80
	var out []string
	line := "//"
	for _, w := range words {
		if len(line)+1+len(w) > width && line != "//" {
			out = append(out, line)
			line = "//"
		}
		line += " " + w
	}
	if line != "//" {
		out = append(out, line)
	}
	return out
}

// duration is a time.Duration in the largest unit that divides it.
func duration(d time.Duration) *jen.Statement {
	units := []struct {
		size time.Duration
		name string
	}{{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"}, {time.Millisecond, "Millisecond"}}
	for _, u := range units {
		if d == u.size {
			return jen.Qual("time", u.name)
		}
		if d%u.size == 0 {
			return jen.Lit(int(d/u.size)).Op("*").Qual("time", u.name)
		}
	}
	return jen.Lit(int(d)).Op("*").Qual("time", "Nanosecond")
}

// ctxType is context.Context.
func ctxType() *jen.Statement { return jen.Qual("context", "Context") }

// errNotNil is "if err != nil { … }" and the blank line after a guard.
func errNotNil(body ...jen.Code) *jen.Statement {
	return jen.If(jen.Err().Op("!=").Nil()).Block(body...).Line()
}

// try is "name, err := call", a guard that returns the error after zero values,
// and a blank line.
func try(name string, expr jen.Code, zero ...jen.Code) *jen.Statement {
	return jen.List(jen.Id(name), jen.Err()).Op(":=").Add(expr).Line().
		Add(errNotNil(jen.Return(append(zero, jen.Err())...)))
}

// must is "if err := call; err != nil { return …, err }" and a blank line.
func must(expr jen.Code, zero ...jen.Code) *jen.Statement {
	return jen.If(jen.Err().Op(":=").Add(expr), jen.Err().Op("!=").Nil()).Block(
		jen.Return(append(zero, jen.Err())...),
	).Line()
}

// A field is one line of a struct type or of a composite literal.
type field struct {
	name string
	code jen.Code
	tag  string // json name, for types
	doc  string
}

// structType is a documented struct type with its fields in the given order.
func structType(name, text string, fields ...field) *jen.Statement {
	return doc(text).Type().Id(name).StructFunc(func(g *jen.Group) {
		for _, f := range fields {
			if f.name == "" {
				g.Line()
				continue
			}
			s := jen.Null()
			if f.doc != "" {
				s = doc(f.doc)
			}
			s.Id(f.name).Add(f.code)
			if f.tag != "" {
				s.Tag(map[string]string{"json": f.tag})
			}
			g.Add(s)
		}
	})
}

// literal is a composite literal with one field a line, in the given order;
// jennifer's Dict would sort them.
func literal(typ jen.Code, fields ...field) *jen.Statement {
	pairs := make([]jen.Code, 0, len(fields))
	for _, f := range fields {
		if f.code != nil {
			pairs = append(pairs, jen.Id(f.name).Op(":").Add(f.code))
		}
	}
	return jen.Add(typ).Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, pairs...)
}

// lines is a bracketed list with one item a line.
func lines(open, close string, items ...jen.Code) *jen.Statement {
	return jen.Custom(jen.Options{Open: open, Close: close, Separator: ",", Multi: true}, items...)
}

// A signature is what stands between a method's name and its body.
type signature struct {
	params  []jen.Code
	results []jen.Code
}

// method is a documented method with receiver r of type *typ.
func method(r, typ, name, text string, sig signature, body ...jen.Code) *jen.Statement {
	return doc(text).Func().Params(jen.Id(r).Add(ptr(jen.Id(typ)))).Id(name).
		Params(sig.params...).Add(results(sig.results)).Block(body...)
}

// function is a documented function.
func function(name, text string, sig signature, body ...jen.Code) *jen.Statement {
	return doc(text).Func().Id(name).Params(sig.params...).Add(results(sig.results)).Block(body...)
}

func results(codes []jen.Code) *jen.Statement {
	switch len(codes) {
	case 0:
		return jen.Null()
	case 1:
		return jen.Add(codes...)
	default:
		return jen.Params(codes...)
	}
}

// strs are string literals.
func strs(values []string) []jen.Code {
	codes := make([]jen.Code, 0, len(values))
	for _, v := range values {
		codes = append(codes, jen.Lit(v))
	}
	return codes
}

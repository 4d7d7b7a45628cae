package gocode

import (
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
)

// A statement is one SQL statement as a constant. The text is put together here
// from names that the spec's checks have passed; data travels as parameters
// only (SECURITY STO-03), which are written ? for every database.
type statement struct {
	name string
	sql  []string // lines
}

// statements emits constants, one statement each.
func (d dialect) statements(list ...statement) jen.Code {
	s := jen.Null()
	for i, st := range list {
		if i > 0 {
			s.Line().Line()
		}
		s.Const().Id(st.name).Op("=").Op(d.literal(st))
	}
	return s
}

// source is what statements emits, as text for a template.
func (d dialect) source(list []statement) string {
	constants := make([]string, 0, len(list))
	for _, st := range list {
		constants = append(constants, "const "+st.name+" = "+d.literal(st))
	}
	return strings.Join(constants, "\n\n")
}

// literal is the statement as a literal of Go.
func (d dialect) literal(st statement) string {
	text := "\n\t" + strings.Join(st.sql, "\n\t")
	if d.numbered {
		text = number(text)
	}
	if !strings.Contains(text, "`") {
		return "`" + text + "`"
	}
	// MySQL's quotes cannot stand in a raw string.
	var lines []string
	for line := range strings.SplitAfterSeq(text, "\n") {
		lines = append(lines, strconv.Quote(line))
	}
	return strings.Join(lines, " +\n\t")
}

// number turns the parameters of a statement from ? into $1, $2 and so on. What
// stands in quotes is left alone.
func number(sql string) string {
	var b strings.Builder
	quote, n := rune(0), 0
	for _, c := range sql {
		switch {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case quote == 0 && c == '?':
			n++
			b.WriteString("$" + strconv.Itoa(n))
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// join puts the parts of a statement together.
func join(parts ...[]string) []string {
	var lines []string
	for _, part := range parts {
		lines = append(lines, part...)
	}
	return lines
}

// failed is fmt.Errorf("verb noun: %w", err).
func failed(what string) *jen.Statement {
	return jen.Qual("fmt", "Errorf").Call(jen.Lit(what+": %w"), jen.Err())
}

// noRows is "if errors.Is(err, sql.ErrNoRows) { return …, sentinel }".
func noRows(result ...jen.Code) *jen.Statement {
	return jen.If(jen.Qual("errors", "Is").Call(jen.Err(), jen.Qual("database/sql", "ErrNoRows"))).Block(jen.Return(result...))
}

// storeMethod is a method of a store, whose first parameter is a context.
func storeMethod(typ, name, text string, params, results []jen.Code, body ...jen.Code) *jen.Statement {
	params = append([]jen.Code{jen.Id("ctx").Add(ctxType())}, params...)
	return method("s", typ, name, text, signature{params: params, results: results}, body...)
}

// storeType is a store that has a database and nothing else.
func (d dialect) storeType(name, text string) jen.Code {
	return doc(text).Type().Id(name).Struct(jen.Id("db").Add(d.db()))
}

// newStore is the constructor of a store that has a database and nothing else.
func (d dialect) newStore(name, typ, prepared string) *jen.Statement {
	return function(name, name+" prepares what every request runs; it fails when the tables are not there.",
		signature{
			params:  []jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("db").Add(d.db())},
			results: []jen.Code{ptr(jen.Id(typ)), jen.Error()},
		},
		prepare(prepared),
		jen.Return(amp(jen.Id(typ)).Values(jen.Id("db").Op(":").Id("db")), jen.Nil()),
	)
}

// prepare has a database prepare statements, before requests need them.
func prepare(statements ...string) *jen.Statement {
	args := []jen.Code{jen.Id("ctx")}
	for _, name := range statements {
		args = append(args, jen.Id(name))
	}
	return jen.If(jen.Err().Op(":=").Add(call("db.Prepare", args...)), jen.Err().Op("!=").Nil()).Block(
		jen.Return(jen.Nil(), failed("prepare statement (were the migrations run?)")),
	).Line()
}

// run is the execution of a statement: db.Exec(ctx, query, args…).
func run(method, query string, args ...jen.Code) *jen.Statement {
	return call(method, append([]jen.Code{jen.Id("ctx"), jen.Id(query)}, args...)...)
}

// met is the execution of a statement that must meet a row: it is followed by what
// is returned when it fails, and when there is no row.
func met(expr jen.Code, what string, absent jen.Code, zero ...jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("n"), jen.Err()).Op(":=").Add(expr),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(append(zero, failed(what))...)),
		jen.If(jen.Id("n").Op("==").Lit(0)).Block(jen.Return(append(zero, absent)...)).Line(),
	}
}

// mustMeet is the execution of a statement that must meet a row, in a transaction:
// what goes wrong is told by whoever began it.
func mustMeet(expr, absent jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("n"), jen.Err()).Op(":=").Add(expr),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
		jen.If(jen.Id("n").Op("==").Lit(0)).Block(jen.Return(absent)).Line(),
	}
}

// done is the execution of a statement that may meet no row.
func done(expr jen.Code, what string) []jen.Code {
	return []jen.Code{
		jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(expr), jen.Err().Op("!=").Nil()).Block(jen.Return(failed(what))).Line(),
		jen.Return(jen.Nil()),
	}
}

// counted is the execution of a statement whose rows are counted.
func counted(expr jen.Code, what string) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("n"), jen.Err()).Op(":=").Add(expr),
		errNotNil(jen.Return(jen.Lit(0), failed(what))),
		jen.Return(jen.Int().Call(jen.Id("n")), jen.Nil()),
	}
}

// inTx is a transaction, which may be tried again: it has to begin afresh each time.
func (d dialect) inTx(body ...jen.Code) *jen.Statement {
	return call("s.db.InTx", jen.Id("ctx"), jen.Func().Params(jen.Id("tx").Add(ptr(d.runtime("Tx")))).Error().Block(body...))
}

// touch is the execution of a statement for each of a list, with the arguments of
// one, and where there is a time, seen.
func touch(query, what string, seen jen.Code, args ...jen.Code) []jen.Code {
	return []jen.Code{
		jen.Id("rows").Op(":=").Make(jen.Index().Index().Any(), jen.Len(jen.Id("touches"))),
		jen.For(jen.List(jen.Id("i"), jen.Id("t")).Op(":=").Range().Id("touches")).Block(
			jen.Id("seen").Op(":=").Add(seen),
			jen.Id("rows").Index(jen.Id("i")).Op("=").Index().Any().Values(append(args, jen.Id("seen"))...),
		),
		jen.If(jen.Err().Op(":=").Add(call("s.db.ExecEach", jen.Id("ctx"), jen.Id(query), jen.Id("rows"))), jen.Err().Op("!=").Nil()).
			Block(jen.Return(failed(what))).Line(),
		jen.Return(jen.Nil()),
	}
}

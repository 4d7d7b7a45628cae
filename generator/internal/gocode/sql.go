package gocode

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// A statement is one SQL statement as a constant. The text is put together here
// from names that the spec's checks have passed; data travels as parameters
// only (SECURITY STO-03).
type statement struct {
	name string
	sql  []string // lines
}

// statements emits constants, one statement each.
func statements(list ...statement) jen.Code {
	s := jen.Null()
	for i, st := range list {
		if i > 0 {
			s.Line().Line()
		}
		s.Const().Id(st.name).Op("=").Add(raw("\n\t" + strings.Join(st.sql, "\n\t")))
	}
	return s
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

// micros is a time as the database keeps it.
func micros(t jen.Code) *jen.Statement { return rt("store/sqlite", "Micros").Call(t) }

// fromMicros is a time read from the database.
func fromMicros(n jen.Code) *jen.Statement { return rt("store/sqlite", "FromMicros").Call(n) }

// prepared is the constructor of a store with one prepared statement, kept in
// the field named statement.
func prepared(name, text string, param jen.Code, typ, statement string, prepare jen.Code, fields ...field) *jen.Statement {
	fields = append(fields, field{name: statement, code: jen.Id(statement)})
	pairs := make([]jen.Code, 0, len(fields))
	for _, f := range fields {
		pairs = append(pairs, jen.Id(f.name).Op(":").Add(f.code))
	}
	return function(name, text,
		signature{
			params:  []jen.Code{jen.Id("ctx").Add(ctxType()), param},
			results: []jen.Code{ptr(jen.Id(typ)), jen.Error()},
		},
		jen.List(jen.Id(statement), jen.Err()).Op(":=").Add(prepare),
		errNotNil(jen.Return(jen.Nil(), failed("prepare statement (were the migrations run?)"))),
		jen.Return(amp(jen.Id(typ)).Values(pairs...), jen.Nil()),
	)
}

// closeStore releases the prepared statement of a store.
func closeStore(typ, statement string) *jen.Statement {
	return method("s", typ, "Close", "Close releases the prepared statement, not the database.",
		signature{results: []jen.Code{jen.Error()}}, jen.Return(call("s."+statement+".Close")))
}

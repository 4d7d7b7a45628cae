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
